package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.Images;
import io.latentry.core.evaluation.ImagePerturbations;
import io.latentry.core.graph.Output;
import io.latentry.ingest.image.ImageLayout;
import io.latentry.ingest.image.ImageReading;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Two models of the same images, each passing over them once. */
final class ImageContest implements Contest {
  /** Images with faults drawn into them: fewer could not tell a loss that matters. */
  private static final int FAULTY = 600;

  private static final int TIMED_IMAGES = 16;

  private final Scorer champion;
  private final Scorer challenger;
  private final ImageSettings settings;
  private final RetrainRequest request;
  private final long seed;
  private final Both all;
  private final Both old;
  private @Nullable Images timed;

  ImageContest(
      Scorer champion,
      Scorer challenger,
      ImageSettings settings,
      RetrainRequest request,
      long seed) {
    this.champion = champion;
    this.challenger = challenger;
    this.settings = settings;
    this.request = request;
    this.seed = seed;
    this.all = both(request.data());
    this.old = request.frozen().isEmpty() ? all.select(new int[0]) : both(request.frozen());
  }

  private Both both(List<String> data) {
    return new Both(said(champion, data), said(challenger, data));
  }

  /** Of every file, masks among them. */
  private static Said said(Scorer scorer, List<String> data) {
    try (ImageSource source = ModelData.images(scorer.manifest(), data);
        ImagePass pass =
            new ImagePass(scorer, source, Runtime.getRuntime().availableProcessors())) {
      List<Judgements> parts = new ArrayList<>();
      pass.each(
          IntStream.range(0, source.files().size()).toArray(),
          EnumSet.noneOf(Output.class),
          Progress.QUIET,
          batch -> parts.add(batch.judgements()));
      return TableContest.said(Judgements.concat(parts));
    }
  }

  @Override
  public Both recent(int[] samples) {
    return all.select(samples);
  }

  @Override
  public Both frozen() {
    return old.select(normalsOfOld());
  }

  private int[] normalsOfOld() {
    if (old.count() == 0) {
      return new int[0];
    }
    try (ImageSource source = ModelData.images(champion.manifest(), request.frozen())) {
      boolean[] judged = old.champion().judged();
      return IntStream.of(new ImageLayout(source).forFit()).filter(i -> judged[i]).toArray();
    }
  }

  @Override
  public Both madeOfRecent(int[] normals, int[] like) {
    return made(request.data(), normals);
  }

  @Override
  public Both madeOfFrozen() {
    return made(request.frozen(), normalsOfOld());
  }

  private Both made(List<String> data, int[] normals) {
    if (normals.length == 0) {
      return all.select(new int[0]);
    }
    int count = Math.min(FAULTY, normals.length);
    int[] some =
        IntStream.range(0, count)
            .map(k -> normals[(int) ((long) k * normals.length / count)])
            .toArray();
    Images sound = read(data, some);
    List<Judgements> byChampion = new ArrayList<>();
    List<Judgements> byChallenger = new ArrayList<>();
    for (int drawn = 0; drawn < FAULTY; drawn += count) {
      Images faulty =
          (Images) Objects.requireNonNull(new ImagePerturbations().perturb(sound, seed + drawn));
      byChampion.add(champion.judge(faulty));
      byChallenger.add(challenger.judge(faulty));
    }
    return new Both(
        TableContest.said(Judgements.concat(byChampion)),
        TableContest.said(Judgements.concat(byChallenger)));
  }

  private Images read(List<String> data, int[] images) {
    try (ImageSource source = ModelData.images(champion.manifest(), data)) {
      return ImageReading.read(source, images, settings);
    }
  }

  @Override
  public Optional<Losses> losses(int[] samples) {
    return Optional.empty();
  }

  @Override
  public List<int[]> events(int[] samples) {
    return IntStream.range(0, samples.length).mapToObj(i -> new int[] {i}).toList();
  }

  @Override
  public List<String> groups(int[] changed, boolean gone) {
    return List.of();
  }

  @Override
  public int judgeSome(boolean byChampion) {
    Images some = timed;
    if (some == null) {
      some =
          read(request.data(), IntStream.range(0, Math.min(TIMED_IMAGES, all.count())).toArray());
      timed = some;
    }
    return (byChampion ? champion : challenger).judge(some).count();
  }
}
