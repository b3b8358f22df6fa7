package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.graph.Output;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An engine here is the set of outputs that it was loaded for. */
final class EnginesTest {
  private final Engines<Set<Output>> engines =
      new Engines<>(EnumSet.allOf(Output.class), Scorer.VERDICT, asked -> asked);

  @Test
  void everySetIsAnsweredByFewEngines() {
    assertThat(engines.computing(Scorer.VERDICT)).isEqualTo(Scorer.VERDICT);
    Output[] others = EnumSet.complementOf(EnumSet.copyOf(Scorer.VERDICT)).toArray(new Output[0]);
    for (int bits = 1; bits < 1 << others.length; bits++) {
      EnumSet<Output> asked = EnumSet.noneOf(Output.class);
      for (int i = 0; i < others.length; i++) {
        if ((bits >> i & 1) == 1) {
          asked.add(others[i]);
        }
      }
      assertThat(engines.computing(asked))
          .containsAll(asked)
          .doesNotContainAnyElementsOf(Scorer.VERDICT);
      assertThat(engines.loaded()).hasSizeLessThanOrEqualTo(Engines.MOST);
      assertThat(engines.computing(Scorer.VERDICT)).isEqualTo(Scorer.VERDICT);
    }
    assertThat(new HashSet<>(engines.loaded())).hasSize(Engines.MOST);
  }

  @Test
  void theFirstSetsAreComputedAlone() {
    Set<Output> asked = engines.computing(Scorer.VERDICT);
    assertThat(asked).isEqualTo(Scorer.VERDICT);
    Set<Output> mean = EnumSet.of(Output.LATENT_MEAN);
    Set<Output> shares = EnumSet.of(Output.SCORE_CONTRIBUTION);
    assertThat(engines.computing(mean)).isEqualTo(mean);
    assertThat(engines.computing(shares)).isEqualTo(shares);
    assertThat(engines.computing(mean)).isSameAs(engines.computing(EnumSet.of(Output.LATENT_MEAN)));
  }
}
