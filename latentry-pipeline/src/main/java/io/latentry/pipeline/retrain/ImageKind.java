package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.promotion.Gate;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.ImageFile;
import io.latentry.ingest.image.ImageLayout;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.data.ImageData;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.pipeline.image.ModelData;
import io.latentry.pipeline.retrain.rows.Feedback;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.pipeline.retrain.rows.RowSample;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Images, by the time of their files. Where folders say what an image is, those below {@code good}
 * are normal and the others are to be found; a folder of images alone says nothing of them.
 */
final class ImageKind implements Kind {
  private static final Schema NO_COLUMNS = new Schema(List.of(), List.of());

  private final RetrainRequest request;
  private final Scorer champion;
  private final ImageSettings settings;
  private final Progress listener;

  ImageKind(RetrainRequest request, Scorer champion, ImageSettings settings, Progress listener) {
    this.request = request;
    this.champion = champion;
    this.settings = settings;
    this.listener = listener;
    requireNone("--time", request.time(), "images have the time of their files");
    requireNone("--label", request.label(), "folders say what images are, such as good");
    requireNone("--feedback-key", request.feedbackKey(), "images have the number of their row");
  }

  private static void requireNone(String option, Optional<String> given, String reason) {
    if (given.isPresent()) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: none for images, since %s)".formatted(option, given.get(), reason));
    }
  }

  @Override
  public Optional<String> time() {
    return request.days().map(days -> "time of the file");
  }

  @Override
  public Optional<String> label() {
    return Optional.empty();
  }

  @Override
  public Optional<String> normal() {
    return Optional.of(ImageLayout.GOOD);
  }

  @Override
  public RecentRows read(Feedback feedback) {
    try (ImageSource source = ModelData.images(champion.manifest(), request.data())) {
      ImageLayout layout = new ImageLayout(source);
      List<ImageFile> files = source.files();
      int[] samples = layout.samples();
      float[] scores = new float[files.size()];
      Arrays.fill(scores, Float.NaN);
      boolean[] scorable = new boolean[files.size()];
      String[] reason = {null};
      listener.stage("judging " + source.name());
      try (ImagePass pass =
          new ImagePass(champion, source, Runtime.getRuntime().availableProcessors())) {
        pass.each(
            samples,
            EnumSet.noneOf(Output.class),
            listener,
            batch -> {
              for (int i = 0; i < batch.count(); i++) {
                int image = batch.indices()[i];
                scores[image] = batch.judgements().score(i);
                scorable[image] = batch.judgements().verdict(i) != Verdict.UNSCORABLE;
                if (!scorable[image] && reason[0] == null) {
                  reason[0] = batch.judgements().reason(i);
                }
              }
            });
      }
      boolean told = files.stream().anyMatch(f -> layout.label(f).equals(ImageLayout.GOOD));
      double[] times = new double[request.days().isPresent() ? files.size() : 0];
      Arrays.setAll(times, source::modified);
      boolean[] masks = new boolean[files.size()];
      for (int i = 0; i < masks.length; i++) {
        masks[i] = layout.isMask(files.get(i));
      }
      return new RecentRows(
          source.name(),
          source.names(),
          Rows.of(NO_COLUMNS, files.size(), new float[0], new String[0]),
          scores,
          scorable,
          masks,
          times,
          Arrays.stream(times)
              .mapToObj(t -> Instant.ofEpochMilli((long) t).toString())
              .toArray(String[]::new),
          told ? files.stream().map(layout::label).toArray(String[]::new) : new String[0],
          new String[0],
          new String[0],
          new String[0],
          new TreeSet<>(),
          reason[0],
          RowSample.ALL);
    }
  }

  @Override
  public FitConfig config(FitConfig own) {
    return own.withData(own.data().toBuilder().label(null, null).time(null).build());
  }

  @Override
  public boolean tellsCopies() {
    return false;
  }

  @Override
  public Optional<Function<Rows, float[]>> judge() {
    return Optional.empty();
  }

  @Override
  public boolean isCleaned() {
    return false;
  }

  @Override
  public int runs(RecentRows recent, Fate[] fates, int usual) {
    return usual;
  }

  @Override
  public void settle(RecentRows recent, Fate[] fates, boolean[] heldOut) {
    // An image shares nothing with another.
  }

  @Override
  public double effect(RecentRows recent, RowChoice choice) {
    return 1;
  }

  @Override
  public Map<String, String> meaningless() {
    Map<String, String> reasons = new HashMap<>();
    reasons.put(Gate.REPEATED, "Copies of images are not looked for.");
    reasons.put(Gate.COLUMNS, "Images have no columns that could change.");
    reasons.put(Gate.GOING_TOGETHER, "Images have no columns that could go together otherwise.");
    reasons.put(
        Gate.VALIDATION_LOSS,
        "Each version standardises images by its own normals, so that a nat of one is none of the"
            + " other: losses are not compared; alarms and what is found are.");
    if (request.frozen().isEmpty()) {
      reasons.put(
          Gate.PROMISE_FROZEN,
          "A model of images holds none of old; give images of old by --frozen to have the promise"
              + " held on them too.");
      reasons.put(
          Gate.RECALL_SHADOW_FROZEN,
          "A model of images holds none of old; give images of old by --frozen to have faults drawn"
              + " into them.");
    }
    return reasons;
  }

  @Override
  public OldNormals old(int recent, FitConfig config) {
    return OldNormals.onlyJudging(NO_COLUMNS, request.frozen(), "images of");
  }

  @Override
  public TrainingData data(RecentRows recent, RowChoice choice, OldNormals old, FitConfig config) {
    return ImageData.read(
        request.data(),
        settings,
        Objects.requireNonNullElse(config.data().image(), ImageConfig.DEFAULT),
        choice.learned(false),
        choice.calibrating(false),
        listener);
  }

  @Override
  public Contest contest(
      RecentRows recent,
      RowChoice choice,
      OldNormals old,
      Scorer challenger,
      Path file,
      FitConfig config) {
    return new ImageContest(champion, challenger, settings, request, config.seed());
  }
}
