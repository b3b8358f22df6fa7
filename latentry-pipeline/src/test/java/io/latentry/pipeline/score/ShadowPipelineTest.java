package io.latentry.pipeline.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.fit.FitOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Known anomalies: 8 gross ones of kind {@code wild}, 2 normal rows of kind {@code hidden}. */
class ShadowPipelineTest {
  @TempDir static Path shared;
  private static Path fitted;

  @TempDir Path folder;
  private Path model;

  @BeforeAll
  static void fitOnce() throws IOException {
    Path data = Synthetic.write(shared.resolve("d.csv"), Synthetic.lines(400, 0, 1));
    fitted = shared.resolve("m.onnx");
    FitOutcome unused =
        Fits.fit(data, Fits.quick(Fits.data("label", "ok", List.of("at"), null)), fitted);
  }

  @BeforeEach
  void copyModel() throws IOException {
    model = Files.copy(fitted, folder.resolve("m.onnx"));
  }

  private static List<String> known() {
    List<String> lines = new ArrayList<>();
    lines.add(Synthetic.lines(1, 0, 1).get(0));
    for (int i = 0; i < 8; i++) {
      lines.add(i + ",9,-20,30,-40,true,2024-03-04T08:00:00Z,low,wild");
    }
    lines.add("0.1,0.1,0.2,0,0.25,true,2024-03-04T08:00:00Z,middle,hidden");
    lines.add("-0.2,0.9,0.7,-1.1,0.05,false,2024-03-04T08:00:00Z,high,hidden");
    return lines;
  }

  private ShadowPipeline.Outcome look(List<String> lines, Optional<String> label)
      throws IOException {
    Path file = Synthetic.write(folder.resolve("known.csv"), lines);
    return new ShadowPipeline(Progress.QUIET)
        .evaluate(
            model,
            Fits.scoring(file, 0),
            new ShadowPipeline.Known(label, Optional.empty(), Optional.of("label"), 2));
  }

  @Test
  void recallIsCountedByKindWithExactIntervals() throws IOException {
    ShadowPipeline.Outcome outcome = look(known(), Optional.empty());
    assertThat(outcome.all().known()).isEqualTo(10);
    assertThat(outcome.all().found()).isEqualTo(8);
    // Clopper-Pearson for 8 of 10, as in any table of it.
    assertThat(outcome.all().recall().low()).isCloseTo(0.4439, within(1e-3));
    assertThat(outcome.all().recall().high()).isCloseTo(0.9748, within(1e-3));
    assertThat(outcome.byKind().keySet()).containsExactly("hidden", "wild");
    assertThat(outcome.byKind().get("wild").recall().low()).isCloseTo(0.6306, within(1e-3));
    assertThat(outcome.byKind().get("hidden").found()).isZero();
  }

  @Test
  void theMissedOnesAreExplainedTheMostNormalFirst() throws IOException {
    List<ShadowPipeline.Missed> missed = look(known(), Optional.empty()).missed();
    assertThat(missed).extracting(m -> m.explanation().row()).containsExactlyInAnyOrder(8L, 9L);
    assertThat(missed.get(0).explanation().judgement().score())
        .isLessThanOrEqualTo(missed.get(1).explanation().judgement().score());
    assertThat(missed.get(0).explanation().features()).hasSize(2);
    assertThat(missed.get(0).explanation().nearest()).isNotEmpty();
  }

  @Test
  void eachLookIsRecordedAndNothingElseChanges() throws IOException {
    Manifest before = ArtifactFile.manifest(model);
    assertThat(look(known(), Optional.empty()).earlierLooks()).isZero();
    assertThat(look(known().subList(0, 5), Optional.empty()).earlierLooks()).isEqualTo(1);
    Manifest after = ArtifactFile.manifest(model);
    List<Manifest.ShadowLook> looks = after.provenance().shadowLooks();
    assertThat(looks).extracting(Manifest.ShadowLook::anomalies).containsExactly(10L, 4L);
    assertThat(looks).extracting(Manifest.ShadowLook::found).containsExactly(8L, 4L);
    assertThat(looks.get(0).dataDigest()).isNotEqualTo(looks.get(1).dataDigest()).hasSize(64);
    assertThat(after.modelId()).isEqualTo(before.modelId());
    assertThat(after.threshold()).isEqualTo(before.threshold());
    assertThat(before.provenance().shadowLooks()).isEmpty();
  }

  @Test
  void normalAndUnscorableRowsCountNowhere() throws IOException {
    List<String> lines = known();
    lines.add("0,0,0,0,0,true,2024-03-04T08:00:00Z,middle,ok");
    lines.add("inf,0,0,0,0,true,2024-03-04T08:00:00Z,middle,wild");
    lines.add("0,0,0,0,0,true,2024-03-04T08:00:00Z,middle,");
    ShadowPipeline.Outcome outcome = look(lines, Optional.of("label"));
    assertThat(outcome.all().known()).isEqualTo(10);
    assertThat(outcome.others()).isEqualTo(2);
    assertThat(outcome.unscorable()).isEqualTo(1);
  }

  @Test
  void aSetWithoutAnAnomalyIsRefusedAndNotRecorded() {
    List<String> lines = Synthetic.lines(3, 0, 2);
    assertThatThrownBy(() -> look(lines, Optional.of("label")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected: at least 1");
    assertThat(ArtifactFile.manifest(model).provenance().shadowLooks()).isEmpty();
  }

  private ShadowPipeline.Outcome lookAtSaid(String... said) throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> rows = known();
    lines.add(rows.get(0) + ",latentry_feedback,latentry_signature");
    for (int i = 0; i < said.length; i++) {
      lines.add(rows.get(i + 1) + "," + said[i]);
    }
    Path file = Synthetic.write(folder.resolve("said.csv"), lines);
    return new ShadowPipeline(Progress.QUIET)
        .evaluate(
            model,
            Fits.scoring(file, 0),
            new ShadowPipeline.Known(Optional.empty(), Optional.empty(), Optional.empty(), 2));
  }

  @Test
  void ofRecordedRowsThoseThatPeopleConfirmedAreKnownByTheirIncidents() throws IOException {
    ShadowPipeline.Outcome outcome =
        lookAtSaid(
            "confirmed,a high",
            "Confirmed,a high",
            "confirmed,b low",
            "false-alarm,a high",
            "known-event,b low",
            ",");
    assertThat(outcome.all().known()).isEqualTo(3);
    assertThat(outcome.others()).isEqualTo(3);
    assertThat(outcome.byKind().keySet()).containsExactly("a high", "b low");
    assertThat(outcome.byKind().get("a high").known()).isEqualTo(2);
  }

  @Test
  void recordedRowsOfWhichNoneWasConfirmedSaySo() {
    assertThatThrownBy(() -> lookAtSaid("false-alarm,a high", ","))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no row that can be judged has 'confirmed' in latentry_feedback")
        .hasMessageContaining("2 others");
  }
}
