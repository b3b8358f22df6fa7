package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.CategoryProbes;
import io.latentry.core.artifact.Probes;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Tolerance;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What an artifact's probes prove of it when it is opened. */
final class ProbeProof {
  /** The most probes that are scored one by one; a fit writes 16. */
  private static final int MOST_ALONE = 32;

  /** Rows of categories that are in memory at one time, and cells of them. */
  private static final int BATCH = 4096;

  private static final int BATCH_CELLS = 1 << 20;

  private final Samples samples;
  private final Function<Samples, Scores> score;

  /**
   * @param samples of the probes
   * @param score what the artifact gives, the score and both terms
   */
  ProbeProof(Samples samples, Function<Samples, Scores> score) {
    this.samples = samples;
    this.score = score;
  }

  /**
   * @throws ArtifactException if an output is not what it was in training, or not the same to the
   *     last bit when a probe is scored again, in another order, or alone
   */
  void require(Probes probes) {
    Scores together = score.apply(samples);
    for (int row = 0; row < together.count(); row++) {
      Probes.Probe probe = probes.rows().get(row);
      requireClose(together, Output.RECONSTRUCTION_TERM, row, probe.reconstructionTerm());
      requireClose(together, Output.LATENT_TERM, row, probe.latentTerm());
      requireClose(together, Output.SCORE, row, probe.score());
    }
    int count = samples.count();
    requireSame(together, IntStream.range(0, count).toArray(), "scored again");
    requireSame(
        together, IntStream.range(0, count).map(i -> count - 1 - i).toArray(), "in reverse order");
    for (int row = 0; row < Math.min(count, MOST_ALONE); row++) {
      requireSame(together, new int[] {row}, "alone");
    }
    CategoryProbes categories = probes.categories();
    if (categories != null && samples instanceof Rows rows) {
      requireCategories(rows.schema(), probes.firstJudged().orElseThrow(), categories);
    }
  }

  /**
   * As {@link #require}, once, and but for probes that nobody judges.
   *
   * @param judged whether a row of the probes may be judged by what it holds, whatever its outputs
   * @throws ArtifactException if an output is not what it was in training, or no probe is judged
   */
  void requireWhereJudged(Probes probes, IntPredicate judged) {
    if (IntStream.range(0, samples.count()).noneMatch(judged)) {
      throw new ArtifactException(
          "probes: none that is judged (expected: one or more, which prove who gives the scores);"
              + " fit again");
    }
    Scores together = score.apply(samples);
    for (int row = 0; row < together.count(); row++) {
      if (judged.test(row)) {
        Probes.Probe probe = probes.rows().get(row);
        requireClose(together, Output.RECONSTRUCTION_TERM, row, probe.reconstructionTerm());
        requireClose(together, Output.LATENT_TERM, row, probe.latentTerm());
        requireClose(together, Output.SCORE, row, probe.score());
      }
    }
  }

  private void requireCategories(Schema schema, Probes.Probe base, CategoryProbes categories) {
    int count = CategoryProbes.count(schema);
    int size = Math.max(1, Math.min(BATCH, BATCH_CELLS / Math.max(1, schema.columns().size())));
    for (int from = 0; from < count; from += size) {
      Rows batch = CategoryProbes.rows(schema, base, from, Math.min(count, from + size));
      Scores scores = score.apply(batch);
      for (int row = 0; row < batch.count(); row++) {
        int place = from + row;
        Supplier<String> where = () -> "categories " + CategoryProbes.shown(schema, place);
        float term = categories.reconstructionTerm()[place];
        requireClose(scores, Output.RECONSTRUCTION_TERM, row, term, where);
        requireClose(scores, Output.SCORE, row, categories.score()[place], where);
      }
    }
  }

  private static void requireClose(Scores replayed, Output output, int row, double expected) {
    requireClose(replayed, output, row, expected, () -> "probe row " + row);
  }

  private static void requireClose(
      Scores replayed, Output output, int row, double expected, Supplier<String> where) {
    float got = replayed.values(output)[row];
    boolean close =
        Double.isNaN(expected)
            ? Float.isNaN(got)
            : Math.abs(got - expected) <= Tolerance.of(expected);
    if (!close) {
      throw new ArtifactException(
          "output '"
              + output.graphName()
              + "', "
              + where.get()
              + ": "
              + got
              + " (expected: "
              + expected
              + " within "
              + Tolerance.RELATIVE
              + " relative, as trained); the file was changed, or this machine computes"
              + " differently: get a fresh copy, or fit again");
    }
  }

  private void requireSame(Scores together, int[] rows, String how) {
    Scores now = score.apply(samples.select(rows));
    for (Output output : Scorer.VERDICT) {
      for (int i = 0; i < rows.length; i++) {
        float got = now.values(output)[i];
        float expected = together.values(output)[rows[i]];
        if (Float.floatToIntBits(got) != Float.floatToIntBits(expected)) {
          throw new ArtifactException(
              "output '"
                  + output.graphName()
                  + "', probe row "
                  + rows[i]
                  + ": "
                  + got
                  + " "
                  + how
                  + " (expected: "
                  + expected
                  + ", as among all probes); the file looks at other rows or at chance: use a file"
                  + " that Latentry wrote");
        }
      }
    }
  }
}
