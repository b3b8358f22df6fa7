package io.latentry.cli.serve;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** The model of a file, and of those that are put in its place. For one thread. */
final class FollowedModel implements JobModel {
  private final Path file;
  private final ScorerCache cache;
  private final boolean follows;
  private JudgingModel model;
  private Stamp seen;

  /** By which a file is told from the one before; a file that is renamed to its place has a key. */
  private record Stamp(long modified, long size, String key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          found.lastModifiedTime().toMillis(), found.size(), String.valueOf(found.fileKey()));
    }
  }

  private FollowedModel(
      Path file, ScorerCache cache, boolean follows, JudgingModel model, Stamp seen) {
    this.file = file;
    this.cache = cache;
    this.follows = follows;
    this.model = model;
    this.seen = seen;
  }

  /**
   * @param follows whether it looks for others at all
   */
  static FollowedModel open(Path file, ScorerOptions options, boolean follows) throws IOException {
    ScorerCache cache = new ScorerCache(options);
    Stamp seen = Files.exists(file) ? Stamp.of(file) : new Stamp(0, 0, "");
    return new FollowedModel(file, cache, follows, JudgingModel.open(file, cache), seen);
  }

  @Override
  public JudgingModel first() {
    return model;
  }

  @Override
  public StreamJob start(JobSettings settings, JudgeOptions options, OptionalInt metricsPort)
      throws IOException {
    return StreamJob.start(settings, model, options, metricsPort, Clock.systemUTC());
  }

  @Override
  public List<String> look(StreamJob job) {
    return follows ? look(job::replace).stream().toList() : List.of();
  }

  /**
   * Lets a new file take over, if there is one; one that is refused changes nothing, and is told
   * once.
   *
   * @param replace gives back the model before, which nobody uses then
   * @return what happened; empty if nothing did
   */
  private Optional<String> look(UnaryOperator<JudgingModel> replace) {
    try {
      Stamp now = Stamp.of(file);
      if (now.equals(seen)) {
        return Optional.empty();
      }
      seen = now;
      JudgingModel next = JudgingModel.open(file, cache);
      try {
        replace.apply(next).close();
      } catch (DataException refused) {
        next.close();
        throw refused;
      }
      String before = words(model);
      model = next;
      return Optional.of(words(next) + " takes over from " + before);
    } catch (IOException | ArtifactException | DataException refused) {
      return Optional.of("the new file is not taken: " + refused.getMessage());
    }
  }

  private static String words(JudgingModel model) {
    return model.name() + " with threshold " + model.threshold().score();
  }

  @Override
  public void close() {
    model.close();
  }
}
