package io.latentry.pipeline.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Rows;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In {@link Synthetic}, c = a + b, d = a - b and e = 2 a + b / 2, but for noise of 0.1. */
class RepairPipelineTest {
  private static final String HEADER = Synthetic.lines(1, 0, 1).get(0);

  @TempDir static Path shared;
  private static Path model;

  @TempDir Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    Path data = Synthetic.write(shared.resolve("d.csv"), Synthetic.lines(1_200, 0, 1));
    model = shared.resolve("m.onnx");
    var quick = Fits.quick(Fits.data("label", "ok", List.of("at"), null));
    FitOutcome unused =
        Fits.fit(
            data,
            quick
                .withModel(quick.model().toBuilder().hidden(List.of(32)).latent(2).build())
                .withTraining(quick.training().toBuilder().steps(400).build()),
            model);
  }

  @Test
  void aPlantedMissingCellIsRecoveredFromTheOthers() throws IOException {
    RepairOutcome outcome =
        repair(List.of(HEADER, "0.8,-0.5,,1.3,1.35,true,2024-03-04T08:00:00Z,middle,ok"), false);
    List<String> cells = cells(1);
    assertThat(cells.get(cells.size() - 1)).startsWith("c: missing -> ").contains("(+-");
    // The truth is 0.3; columns have a standard deviation of 1 to 2.
    assertThat(Double.parseDouble(cells.get(2))).isCloseTo(0.3, within(0.5));
    assertThat(outcome.cells()).containsOnlyKeys(RepairedCell.Reason.MISSING);
    assertThat(outcome.byColumn()).containsEntry("c", 1L);
  }

  @Test
  void aPlantedCategoryIsRecovered() throws IOException {
    RepairOutcome unused =
        repair(List.of(HEADER, "0.3,-1.6,-1.3,1.9,-0.2,true,2024-03-04T08:00:00Z,,ok"), false);
    assertThat(cells(1).get(7)).isEqualTo("low");
    assertThat(cells(1).get(9)).contains("kind: missing -> low (wrong: ");
  }

  @Test
  void anImplausibleCellIsMendedAndTheRestOfTheRowStays() throws IOException {
    RepairOutcome outcome =
        repair(List.of(HEADER, "0.8,-0.5,14,1.3,1.35,true,2024-03-04T08:00:00Z,middle,ok"), true);
    assertThat(outcome.cells()).containsOnlyKeys(RepairedCell.Reason.IMPLAUSIBLE);
    assertThat(cells(1)).startsWith("0.8", "-0.5").contains("1.35", "middle", "ok");
    assertThat(Double.parseDouble(cells(1).get(2))).isCloseTo(0.3, within(1.0));
    RepairOutcome left =
        repair(List.of(HEADER, "0.8,-0.5,14,1.3,1.35,true,2024-03-04T08:00:00Z,middle,ok"), false);
    assertThat(left.changedRows()).isZero();
  }

  @Test
  void textInANumberColumnAndInfinityAreReplaced() throws IOException {
    RepairOutcome outcome =
        repair(
            List.of(
                HEADER,
                "0.8,-0.5,abc,1.3,1.35,true,2024-03-04T08:00:00Z,middle,ok",
                "0.8,-0.5,0.3,inf,1.35,true,2024-03-04T08:00:00Z,middle,ok"),
            false);
    assertThat(outcome.cells()).containsEntry(RepairedCell.Reason.UNREADABLE, 2L);
    assertThat(cells(1).get(9)).startsWith("c: abc -> ");
    assertThat(cells(2).get(9)).startsWith("d: inf -> ");
  }

  @Test
  void whatNothingIsKnownOfIsLeft() throws IOException {
    RepairOutcome outcome =
        repair(
            List.of(HEADER, ",,,,,,,,ok", "0,0,0,0,0,true,2024-03-04T08:00:00Z,middle,ok", "1,2,3"),
            true);
    assertThat(outcome.left()).isEqualTo(7);
    assertThat(outcome.changedRows()).isZero();
    assertThat(outcome.unreadable()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("fixed.csv"))).hasSize(3);
  }

  @Test
  void theSameSeedGivesTheSameBytesAndTheCellsTableTellsEachChange() throws IOException {
    List<String> gaps = gaps();
    RepairOutcome outcome = repair(gaps, true);
    byte[] first = Files.readAllBytes(folder.resolve("fixed.csv"));
    long cells = outcome.cells().values().stream().mapToLong(n -> n).sum();
    assertThat(Files.readAllLines(folder.resolve("cells.csv"))).hasSize(1 + (int) cells);
    assertThat(repair(gaps, true)).isEqualTo(outcome);
    assertThat(Files.readAllBytes(folder.resolve("fixed.csv"))).isEqualTo(first);
  }

  @Test
  void theModelBeatsTheMeanAndItsUncertaintyHoldsTheTruth() {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      var schema = scorer.manifest().schema();
      Rows normals =
          Rows.concat(
              schema,
              scorer.manifest().normals().stream()
                  .map(n -> Rows.of(schema, 1, n.numeric(), n.categorical()))
                  .toList());
      CellImputer imputer = new CellImputer(Expectation.by(scorer), normals, 3);
      int columns = schema.columns().size();
      boolean[] masked = new boolean[normals.count() * columns];
      SplittableRandom random = new SplittableRandom(4);
      for (int i = 0; i < normals.count(); i++) {
        masked[i * columns + random.nextInt(4)] = true;
      }
      CellImputer.Imputed imputed = imputer.impute(normals, masked, 0);
      double byModel = 0;
      double byMean = 0;
      int within = 0;
      for (int i = 0; i < normals.count(); i++) {
        for (int j = 0; j < 4; j++) {
          if (masked[i * columns + j]) {
            double error = imputed.rows().numeric(i, j) - normals.numeric(i, j);
            byModel += error * error;
            // The means of all four are zero.
            byMean += normals.numeric(i, j) * normals.numeric(i, j);
            within += Math.abs(error) <= 2 * imputed.uncertainty()[i * columns + j] ? 1 : 0;
          } else {
            assertThat(imputed.rows().numeric(i, j)).isEqualTo(normals.numeric(i, j));
          }
        }
      }
      assertThat(byModel).isLessThan(byMean / 4);
      assertThat((double) within / normals.count()).isGreaterThan(0.85);
    }
  }

  @Test
  void aRowIsRepairedTheSameWhateverStandsBesideIt() throws IOException {
    List<String> gaps = gaps();
    RepairOutcome unused = repair(gaps, false);
    List<String> whole = Files.readAllLines(folder.resolve("fixed.csv"));
    RepairOutcome alone = repair(gaps.subList(0, 2), false);
    assertThat(Files.readAllLines(folder.resolve("fixed.csv"))).isEqualTo(whole.subList(0, 2));
    assertThat(alone.rows()).isEqualTo(1);
  }

  @Test
  void aColumnOfTheNameOfTheAddedOneStaysAndTheAddedOneGivesWay() throws IOException {
    RepairOutcome unused =
        repair(
            List.of(
                HEADER + ",changed",
                "0.8,-0.5,,1.3,1.35,true,2024-03-04T08:00:00Z,middle,ok,x",
                "1,0,1,1,2,true,2024-03-04T08:00:00Z,middle,ok,y"),
            false);

    assertThat(cells(0)).endsWith("changed", "latentry_changed");
    assertThat(cells(1).get(9)).isEqualTo("x");
    assertThat(cells(1).get(10)).startsWith("c: missing -> ");
    assertThat(cells(2)).endsWith("y", "");
  }

  private static List<String> gaps() {
    List<String> lines = new ArrayList<>(Synthetic.lines(30, 3, 9));
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      cells[i % 5] = "";
      lines.set(i, String.join(",", cells));
    }
    return lines;
  }

  private List<String> cells(int line) throws IOException {
    return Arrays.asList(Files.readAllLines(folder.resolve("fixed.csv")).get(line).split(",", -1));
  }

  private RepairOutcome repair(List<String> lines, boolean implausible) throws IOException {
    Path file = Synthetic.write(folder.resolve("dirty.csv"), lines);
    return new RepairPipeline(Progress.QUIET)
        .repair(
            model,
            new RepairPipeline.Request(
                List.of(file.toString()),
                Fits.noInput(),
                folder.resolve("fixed.csv"),
                Optional.of(folder.resolve("cells.csv")),
                implausible,
                1));
  }
}
