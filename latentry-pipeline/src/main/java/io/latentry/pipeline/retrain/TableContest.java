package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Perturbations;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.NumericScale;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Two models of one table. */
final class TableContest implements Contest {
  /** Codes drawn for the loss of each row, the same for either model. */
  private static final int DRAWS = 8;

  /** Rows of a timed run. */
  private static final int TIMED_ROWS = 2_048;

  /** Rows that changed sides and are explained, either way. */
  private static final int MOST_EXPLAINED = 60;

  private static final int MOST_GROUPS = 5;

  private final Side champion;
  private final Side challenger;
  private final RecentRows recent;
  private final OldNormals old;
  private final long seed;

  /** One of the two. */
  record Side(Path file, Scorer scorer, List<NumericScale> scales) {
    Judgements judge(Rows rows) {
      return scorer.judge(RetrainData.under(scorer.manifest().schema(), rows));
    }

    /**
     * The negative ELBO of each row, in nats, in the coordinates of the scales: two models of the
     * same scales are so compared in the same unit.
     *
     * @return {@code [rows]}; NaN of a row that cannot be judged
     */
    double[] losses(Rows rows, long seed) {
      Manifest manifest = scorer.manifest();
      FitConfig config = ConfigFile.resolved(manifest);
      TrainedVae trained =
          new TrainedVae(
              TablePreprocessor.of(manifest.schema(), scales),
              config.model(),
              config.training(),
              ArtifactFile.weights(file, manifest.modelId()),
              manifest.history(),
              manifest.health());
      Detector elbo = DetectorFit.elbo(trained, DRAWS, seed);
      Outputs terms =
          elbo.run(
              RetrainData.under(manifest.schema(), rows),
              EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
      double[] losses = terms.doubles(Output.RECONSTRUCTION_TERM);
      double[] kl = terms.doubles(Output.LATENT_TERM);
      for (int i = 0; i < losses.length; i++) {
        losses[i] += kl[i];
      }
      return losses;
    }
  }

  TableContest(Side champion, Side challenger, RecentRows recent, OldNormals old, long seed) {
    this.champion = champion;
    this.challenger = challenger;
    this.recent = recent;
    this.old = old;
    this.seed = seed;
  }

  @Override
  public Both recent(int[] samples) {
    return both(recent.rows().select(samples));
  }

  @Override
  public Both frozen() {
    return both(old.kept());
  }

  @Override
  public Both madeOfRecent(int[] normals, int[] like) {
    return made(recent.rows().select(normals), recent.rows().select(like));
  }

  @Override
  public Both madeOfFrozen() {
    return made(old.kept(), old.kept());
  }

  private Both both(Rows rows) {
    return new Both(said(champion.judge(rows)), said(challenger.judge(rows)));
  }

  /** What a model said of samples. */
  static Said said(Judgements judged) {
    int count = judged.count();
    Said said =
        new Said(new float[count], new boolean[count], new boolean[count], new double[count]);
    for (int i = 0; i < count; i++) {
      said.scores()[i] = judged.score(i);
      said.alarms()[i] = judged.verdict(i) == Verdict.ANOMALY;
      said.judged()[i] = judged.verdict(i) != Verdict.UNSCORABLE;
      said.pValues()[i] = judged.pValue(i);
    }
    return said;
  }

  private Both made(Rows normals, Rows like) {
    return both(
        new Perturbations(like).perturb(normals.select(Trial.repeated(normals.count())), seed));
  }

  @Override
  public Optional<Losses> losses(int[] samples) {
    Rows rows = recent.rows().select(samples);
    return Optional.of(new Losses(champion.losses(rows, seed), challenger.losses(rows, seed)));
  }

  @Override
  public List<int[]> events(int[] samples) {
    return IntStream.range(0, samples.length).mapToObj(i -> new int[] {i}).toList();
  }

  @Override
  public List<String> groups(int[] changed, boolean gone) {
    if (changed.length == 0) {
      return List.of();
    }
    Side side = gone ? champion : challenger;
    int explained = Math.min(MOST_EXPLAINED, changed.length);
    int[] some =
        IntStream.range(0, explained)
            .map(k -> changed[(int) ((long) k * changed.length / explained)])
            .toArray();
    Rows rows = RetrainData.under(side.scorer().manifest().schema(), recent.rows().select(some));
    Judgements judged = side.scorer().judge(rows, FeatureReader.outputs(side.scorer().outputs()));
    FeatureReader reader = new FeatureReader(side.scorer().manifest());
    Map<String, Integer> counts = new TreeMap<>();
    for (int k = 0; k < explained; k++) {
      if (judged.verdict(k) != Verdict.UNSCORABLE) {
        for (Feature leading : reader.top(rows, judged.scores(), k, 1)) {
          counts.merge(leading.name(), 1, Integer::sum);
        }
      }
    }
    return phrases(counts, "by", gone, explained, changed.length);
  }

  /**
   * @param counts of samples, by what they have in common
   * @param how they have it, such as {@code by}
   */
  static List<String> phrases(
      Map<String, Integer> counts, String how, boolean gone, int looked, int all) {
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(MOST_GROUPS)
        .map(
            entry ->
                "%s %s %s%s"
                    .formatted(
                        gone ? "no alarm any more" : "new",
                        how,
                        entry.getKey(),
                        looked == all
                            ? " (" + entry.getValue() + ")"
                            : " (%d of %d looked at)".formatted(entry.getValue(), looked)))
        .toList();
  }

  @Override
  public int judgeSome(boolean byChampion) {
    Rows some = recent.rows().slice(0, Math.min(TIMED_ROWS, recent.count()));
    return (byChampion ? champion : challenger).judge(some).count();
  }
}
