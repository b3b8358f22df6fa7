package io.latentry.pipeline.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.score.ThresholdEditor;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In {@link Synthetic}, c = a + b, d = a - b and e = 2 a + b / 2, but for noise of 0.1. */
class SmallestRepairTest {
  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void fitOnce() throws IOException {
    Path data = Synthetic.write(folder.resolve("d.csv"), Synthetic.lines(1_200, 0, 1));
    model = folder.resolve("m.onnx");
    FitOutcome unused =
        Fits.fit(data, Fits.quick(Fits.data("label", "ok", List.of("at"), null)), model);
  }

  @Test
  void aPlantedCellIsTheOnlyChangeAndComesNearTheTruth() throws IOException {
    Explanation explanation = explain("0.5,0.2,12,0.3,1.1,true,2024-03-04T08:00:00Z,middle,bad");
    assertThat(explanation.judgement().verdict()).isEqualTo(Verdict.ANOMALY);
    ProposedRepair repair = explanation.repair().orElseThrow();
    assertThat(repair.changes()).hasSize(1);
    assertThat(repair.changes().get(0).column()).isEqualTo("c");
    assertThat(repair.changes().get(0).from()).isEqualTo("12");
    assertThat(Double.parseDouble(repair.changes().get(0).to())).isBetween(-0.8, 2.2);
    assertThat(repair.score()).isLessThanOrEqualTo(explanation.threshold());
  }

  @Test
  void theToldValuesClearTheAlarmWhenScored() throws IOException {
    String row = "0.5,9,12,-7,1.1,true,2024-03-04T08:00:00Z,middle,bad";
    Explanation explanation = explain(row);
    ProposedRepair repair = explanation.repair().orElseThrow();
    List<String> cells = new ArrayList<>(List.of(row.split(",")));
    List<String> header = List.of(Synthetic.lines(1, 0, 1).get(0).split(","));
    repair.changes().forEach(c -> cells.set(header.indexOf(c.column()), c.to()));
    Explanation changed = explain(String.join(",", cells));
    assertThat(changed.judgement().verdict()).isEqualTo(Verdict.NORMAL);
    assertThat(changed.judgement().score()).isEqualTo(repair.score());
    assertThat(changed.repair()).isEmpty();
    for (ProposedRepair.Change left : repair.changes()) {
      List<String> without = new ArrayList<>(cells);
      without.set(header.indexOf(left.column()), left.from());
      assertThat(explain(String.join(",", without)).judgement().verdict())
          .as("without the change of " + left.column())
          .isEqualTo(Verdict.ANOMALY);
    }
  }

  @Test
  void aRowOfASegmentIsMendedByTheThresholdOfThat() throws IOException {
    String row = "0.5,9,12,-7,1.1,true,2024-03-04T08:00:00Z,middle,bad";
    Path own = Files.copy(model, folder.resolve("segments.onnx"));
    Manifest manifest;
    try (Scorer scorer = Scorer.open(own, ScorerOptions.threads(1))) {
      manifest = scorer.manifest();
    }
    Threshold fitted = manifest.threshold().current();
    Manifest unused =
        ThresholdEditor.move(
            own,
            manifest,
            manifest
                .thresholdAt(1e9, "no other row is an anomaly")
                .with(List.of(SegmentThreshold.of("kind", "middle", fitted.score())), "test"));
    Explanation explanation = explain(own, row);
    assertThat(explanation.threshold()).isEqualTo(fitted.score());
    ProposedRepair repair = explanation.repair().orElseThrow();
    assertThat(repair.score()).isLessThanOrEqualTo(fitted.score());
    assertThat(repair).isEqualTo(explain(row).repair().orElseThrow());
  }

  @Test
  void aRowThatIsStrangeAllOverTakesManyChanges() throws IOException {
    Explanation explanation = explain("9,-8,25,31,-44,true,2024-03-04T08:00:00Z,middle,bad");
    assertThat(explanation.repair().orElseThrow().changes()).hasSizeGreaterThan(3);
    assertThat(explanation.repair().orElseThrow().score())
        .isLessThanOrEqualTo(explanation.threshold());
  }

  @Test
  void thePageNamesTheChangeAndEscapesTheData() throws IOException {
    Explanation explanation = explain("0.5,0.2,12,0.3,1.1,true,2024-03-04T08:00:00Z,<b>,bad");
    Path page = folder.resolve("row.html");
    ExplanationPage.write(explanation, "new.csv", page);
    assertThat(page)
        .content()
        .contains("What would clear the alarm")
        .contains("Row 0 of new.csv")
        .doesNotContain("<b>,");
  }

  private static Explanation explain(String row) throws IOException {
    return explain(model, row);
  }

  private static Explanation explain(Path model, String row) throws IOException {
    Path file =
        Synthetic.write(folder.resolve("row.csv"), List.of(Synthetic.lines(1, 0, 1).get(0), row));
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      return new Explainer(scorer)
          .explain(List.of(file.toString()), Fits.noInput(), ReadOptions.DEFAULTS, 0, 8);
    }
  }
}
