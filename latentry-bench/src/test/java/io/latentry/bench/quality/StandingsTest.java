package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StandingsTest {
  @Test
  void aRivalIsComparedOnTheSeedsThatBothHave() {
    Standings standings =
        Standings.of(
            List.of(
                result("a", 0, Contest.MODEL, 0.9),
                result("a", 1, Contest.MODEL, 0.1),
                result("b", 0, Contest.MODEL, 0.7),
                result("a", 0, "rival", 0.8),
                result("b", 0, "rival", 0.75)),
            List.of());
    Standings.Comparison comparison = standings.comparisons().get(0);
    assertThat(comparison.aurocDifferences()).containsExactly(new double[] {10, -5}, within(1e-9));
    assertThat(comparison.auroc().estimate()).isCloseTo(2.5, within(1e-9));
    assertThat(comparison.aurocTally()).isEqualTo(new Standings.Tally(1, 1, 0));
  }

  @Test
  void aSetWithoutTheRivalDoesNotCount() {
    Standings standings =
        Standings.of(
            List.of(
                result("a", 0, Contest.MODEL, 0.9),
                result("b", 0, Contest.MODEL, 0.5),
                result("a", 0, "rival", 0.9)),
            List.of());
    assertThat(standings.comparisons().get(0).sets()).isEqualTo(1);
    assertThat(standings.comparisons().get(0).aurocTally()).isEqualTo(new Standings.Tally(0, 0, 1));
    assertThat(standings.means().get(0).method()).isEqualTo("rival");
  }

  @Test
  void theIntervalHoldsTheMeanAndShrinksToItWhenSetsAgree() {
    var spread = PairedBootstrap.of(new double[] {-3, -1, 0, 2, 4, 7, 9});
    assertThat(spread.low()).isLessThan(spread.estimate());
    assertThat(spread.high()).isGreaterThan(spread.estimate());
    // A percentile interval of a mean is about two standard errors wide on either side.
    assertThat(spread.high() - spread.estimate()).isBetween(2.0, 4.0);
    var agreed = PairedBootstrap.of(new double[] {2, 2, 2});
    assertThat(agreed.low()).isEqualTo(2);
    assertThat(agreed.high()).isEqualTo(2);
  }

  @Test
  void bothPagesShowSecondsAndTheBestPublishedRivalBySet() {
    Standings standings =
        Standings.of(
            List.of(
                result("a", 0, Contest.MODEL, 0.9),
                result("b", 0, Contest.MODEL, 0.5),
                result("a", 0, "knn_mean5", 0.7),
                result("a", 0, "weaker", 0.6),
                result("a", 0, "deep", 0.8)),
            List.of());
    SetTable table = SetTable.of(standings);
    assertThat(table.header())
        .containsExactly("set", Contest.MODEL, "knn_mean5", "best published", "fit s", "score s");
    assertThat(table.rows())
        .containsExactly(
            List.of("a", "90.0/90.0", "70.0/70.0", "deep 80.0/80.0", "1.00", "1.00"),
            List.of("b", "50.0/50.0", "", "", "1.00", "1.00"));
    assertThat(HtmlPage.of(standings)).contains("<td>deep 80.0/80.0</td><td>1.00</td>");
    assertThat(MarkdownPage.of(standings)).contains("| deep 80.0/80.0 |  1.00 |");
  }

  private static Result result(String set, int seed, String method, double auroc) {
    return new Result(set, seed, method, "key", auroc, auroc, 1, 1, 10, 10, 2);
  }
}
