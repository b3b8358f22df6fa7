package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.serving.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tests say of verdicts. */
final class Verdicts {
  private Verdicts() {}

  static Scorer scorer(Path folder, byte[] artifact) throws Exception {
    Path file = Files.write(folder.resolve(artifact.length + "-alone.onnx"), artifact);
    return Scorer.open(file, ScorerOptions.threads(1));
  }

  static Judgements get(CompletableFuture<Judgements> verdicts) throws Exception {
    return verdicts.get(30, TimeUnit.SECONDS);
  }

  /** How a request was refused. */
  static RefusedException refusal(CompletableFuture<Judgements> verdicts) throws Exception {
    try {
      Judgements got = verdicts.get(30, TimeUnit.SECONDS);
      throw new AssertionError("verdicts on " + got.count() + " rows (expected: a refusal)");
    } catch (ExecutionException | CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(RefusedException.class);
      return (RefusedException) e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("no answer (expected: a refusal)", e);
    }
  }

  /** Equal to the last bit. */
  static void assertSame(Judgements got, Judgements expected, Set<Output> also) {
    assertThat(got.count()).isEqualTo(expected.count());
    for (Output output : Set.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM)) {
      assertThat(got.scores().values(output)).isEqualTo(expected.scores().values(output));
    }
    for (Output output : also) {
      if (output == Output.RECONSTRUCTION_CATEGORICAL) {
        assertThat(got.scores().expectedCategories())
            .isEqualTo(expected.scores().expectedCategories());
      } else {
        assertThat(got.scores().values(output)).isEqualTo(expected.scores().values(output));
      }
    }
    for (int row = 0; row < got.count(); row++) {
      assertThat(got.verdict(row)).isEqualTo(expected.verdict(row));
      assertThat(got.reason(row)).isEqualTo(expected.reason(row));
      assertThat(Double.valueOf(got.pValue(row))).isEqualTo(Double.valueOf(expected.pValue(row)));
    }
  }

  static Judgements alone(Scorer scorer, Rows rows, Set<Output> also, Threshold inForce) {
    return scorer.judge(rows, also).under(inForce, rows);
  }
}
