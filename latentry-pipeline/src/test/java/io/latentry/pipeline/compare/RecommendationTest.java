package io.latentry.pipeline.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecommendationTest {
  @Test
  void thePlainModelIsRecommendedUnlessAnotherIsClearlyBetter() {
    Recommendation chosen =
        Recommendation.of(List.of(model("vamp", 0.905), model("plain", 0.9), method("pca", 0.7)));
    assertThat(chosen.name()).isEqualTo("plain");
    assertThat(chosen.reasons().get(0)).contains("plain: AUROC 0.900").contains("0.905");
    assertThat(chosen.reasons()).noneMatch(reason -> reason.contains("pca"));
  }

  @Test
  void aClearlyBetterModelIsRecommendedWithWhatItGains() {
    Recommendation chosen =
        Recommendation.of(
            List.of(model("plain", 0.8), model("vamp", 0.895), model("flow-prior", 0.9)));
    assertThat(chosen.name()).isEqualTo("vamp");
    assertThat(chosen.reasons().get(0)).contains("0.095 above plain");
  }

  @Test
  void onFewRowsALargeDifferenceMayBeChance() {
    assertThat(Recommendation.of(List.of(model("plain", 0.8), model("vamp", 0.9, 0.15))).name())
        .isEqualTo("plain");
  }

  @Test
  void aPlainMethodThatIsAsGoodIsNamed() {
    Recommendation chosen =
        Recommendation.of(List.of(model("plain", 0.9), method("nearest_neighbours", 0.893)));
    assertThat(chosen.reasons())
        .anyMatch(reason -> reason.startsWith("nearest neighbours is as good here"));
  }

  @Test
  void aModelThatCouldNotBeTrainedIsPassedOverAndIfNoneCouldTheDataAreRefused() {
    assertThat(Recommendation.of(List.of(model("plain", null), model("beta", 0.6))).name())
        .isEqualTo("beta");
    assertThatThrownBy(() -> Recommendation.of(List.of(model("plain", null))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it exploded");
  }

  private static Comparison.Candidate model(String name, @Nullable Double auroc) {
    return model(name, auroc, 0.002);
  }

  private static Comparison.Candidate model(String name, @Nullable Double auroc, double error) {
    String trouble = auroc == null ? "it exploded" : null;
    return new Comparison.Candidate(
        name, false, -1.0, -0.9, 2.0, auroc, error, null, null, 1, 1000L, trouble);
  }

  private static Comparison.Candidate method(String name, double auroc) {
    return new Comparison.Candidate(
        name, true, null, null, null, auroc, 0.002, null, null, 1, null, null);
  }
}
