package io.latentry.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OutputsTest {
  private static final Outputs TWO =
      new Outputs(
          2,
          Map.of(Output.SCORE, new float[] {1, 2}, Output.LATENT_MEAN, new float[] {3, 4, 5, 6}),
          Map.of(Output.RECONSTRUCTION_CATEGORICAL, new String[] {"a", "b"}));

  @Test
  void whatWasNotComputedIsAnErrorAndNeverNoSamples() {
    assertThatThrownBy(() -> TWO.values(Output.LATENT_TERM))
        .hasMessageContaining("latent_term")
        .hasMessageContaining("SCORE");
    assertThatThrownBy(() -> TWO.texts(Output.SCORE)).hasMessageContaining("score");
  }

  @Test
  void aSliceHoldsItsSamplesOfEveryOutput() {
    Outputs second = TWO.slice(1, 1);

    assertThat(second.count()).isEqualTo(1);
    assertThat(second.values(Output.LATENT_MEAN)).containsExactly(5, 6);
    assertThat(second.texts(Output.RECONSTRUCTION_CATEGORICAL)).containsExactly("b");
    assertThat(second.width(Output.LATENT_MEAN)).isEqualTo(2);
  }

  @Test
  void slicesPutTogetherAreTheWhole() {
    Outputs whole = Outputs.concat(List.of(TWO.slice(0, 1), TWO.slice(1, 1)));

    assertThat(whole.values(Output.LATENT_MEAN)).containsExactly(3, 4, 5, 6);
    assertThat(whole.doubles(Output.SCORE)).containsExactly(1, 2);
    assertThat(whole.texts(Output.RECONSTRUCTION_CATEGORICAL)).containsExactly("a", "b");
  }
}
