package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.data.Windows;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.core.series.WindowAssembler;
import io.latentry.scoring.Scorer;
import io.latentry.server.RunningService;
import io.latentry.server.config.SegmentRule;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelVersion;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentColumnTest {
  private static final Manifest TABLE = manifest(RunningService.artifact());
  private static final Manifest SERIES =
      manifest(RunningService.artifact().resolve("../../series-v1/model.onnx").normalize());

  private static Manifest manifest(Path file) {
    try (Scorer scorer = Scorer.open(file)) {
      return scorer.manifest();
    }
  }

  private static Manifest like(Manifest of, Schema schema, SeriesSettings series) {
    return new Manifest(
        of.formatVersion(),
        of.modelId(),
        schema,
        of.model(),
        of.calibration(),
        of.threshold(),
        of.reference(),
        of.normals(),
        of.history(),
        of.health(),
        of.baselines(),
        of.provenance(),
        series);
  }

  private static Rows kinds(Schema schema, String... kinds) {
    RowsBuilder rows = new RowsBuilder(schema);
    for (String kind : kinds) {
      rows.set(rows.column("kind"), kind);
      rows.endRow();
    }
    return rows.rows();
  }

  private static List<String> segments(SegmentColumn column, Samples samples) {
    return IntStream.range(0, samples.count()).mapToObj(i -> column.of(samples, i)).toList();
  }

  @Test
  void aRowIsInTheSegmentOfItsCategory() {
    SegmentColumn kind = SegmentColumn.of("kind", TABLE).orElseThrow();

    assertThat(segments(kind, kinds(TABLE.schema(), "low", "", "never seen", "high")))
        .containsExactly("kind=low", "kind=(missing)", "kind=never seen", "kind=high");
  }

  @Test
  void aTruthValueHasItsWords() {
    SegmentColumn flag = SegmentColumn.of("flag", TABLE).orElseThrow();
    RowsBuilder rows = new RowsBuilder(TABLE.schema());
    for (String text : List.of("true", "false", "")) {
      rows.set(rows.column("flag"), text);
      rows.endRow();
    }

    assertThat(segments(flag, rows.rows()))
        .containsExactly("flag=true", "flag=false", "flag=(missing)");
  }

  @Test
  void numbersTimesAndWhatAModelLacksHaveNoSegments() {
    assertThat(SegmentColumn.of("a", TABLE)).isEmpty();
    assertThat(SegmentColumn.of("at", TABLE)).isEmpty();
    assertThat(SegmentColumn.of("site", TABLE)).isEmpty();
    assertThat(SegmentColumn.of("site", SERIES)).isEmpty();
    assertThat(SegmentColumn.choices(TABLE)).containsExactly("flag", "kind");
    assertThat(SegmentColumn.choices(SERIES)).containsExactly("pump", "mode");
  }

  @Test
  void beyondFiftyTheOthersShareOneAndKnownCategoriesComeFirst() {
    List<String> known = IntStream.range(0, 40).mapToObj(i -> "known" + i).toList();
    Schema schema =
        new Schema(
            List.of(Column.categorical("kind", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, known)),
            List.of());
    SegmentColumn kind = SegmentColumn.of("kind", like(TABLE, schema, null)).orElseThrow();
    List<String> sent = new ArrayList<>();
    IntStream.range(0, 12).forEach(i -> sent.add("new" + i));
    sent.add("x".repeat(101));
    sent.addAll(known);
    sent.add("");
    List<String> told = segments(kind, kinds(schema, sent.toArray(String[]::new)));

    assertThat(told.subList(0, 10)).allMatch(segment -> segment.startsWith("kind=new"));
    assertThat(told.subList(10, 13)).containsOnly("kind=(others)");
    assertThat(told.subList(13, 53)).allMatch(segment -> segment.startsWith("kind=known"));
    assertThat(told.get(53)).isEqualTo("kind=(missing)");
    assertThat(told.stream().distinct()).hasSize(SegmentColumn.MOST + 2);
  }

  @Test
  void ofMoreKnownCategoriesThanFiftyTheMostFrequentHaveNames() {
    List<String> known = IntStream.range(0, 60).mapToObj(i -> "c" + i).toList();
    Map<String, Double> shares = new HashMap<>();
    IntStream.range(0, 60).forEach(i -> shares.put("c" + i, i / 1770.0));
    Schema schema =
        new Schema(
            List.of(Column.categorical("kind", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, known)),
            List.of());
    Manifest manifest =
        new Manifest(
            TABLE.formatVersion(),
            TABLE.modelId(),
            schema,
            TABLE.model(),
            TABLE.calibration(),
            TABLE.threshold(),
            List.of(new Manifest.ReferenceDistribution("kind", null, shares, 0)),
            TABLE.normals(),
            TABLE.history(),
            TABLE.health(),
            TABLE.baselines(),
            TABLE.provenance(),
            null);
    SegmentColumn kind = SegmentColumn.of("kind", manifest).orElseThrow();

    assertThat(segments(kind, kinds(schema, "c9", "c10", "c59", "new")))
        .containsExactly("kind=(others)", "kind=c10", "kind=c59", "kind=(others)");
  }

  @Test
  void aPointOfASeriesIsInTheSegmentOfItsKeyWhateverItIsCutInto() {
    SegmentColumn pump = SegmentColumn.of("pump", SERIES).orElseThrow();
    Windows windows = windows(SERIES.series(), "north", "south", "north");

    assertThat(segments(pump, windows)).containsExactly("pump=north", "pump=south", "pump=north");
    assertThat(segments(pump, windows.slice(1, 3))).containsExactly("pump=south", "pump=north");
    assertThat(segments(pump, windows.select(new int[] {2, 1})))
        .containsExactly("pump=north", "pump=south");
    assertThat(segments(pump, windows.slice(0, 1).followedBy(List.of(windows.slice(1, 2)))))
        .containsExactly("pump=north", "pump=south");
  }

  @Test
  void ofSeveralKeyColumnsOneOrAllMayBeNamed() {
    SeriesSettings one = SERIES.series();
    SeriesSettings two =
        new SeriesSettings(
            one.time(),
            List.of("plant", "pump"),
            one.window(),
            one.delay(),
            one.clock(),
            one.interval(),
            one.gaps(),
            one.longest(),
            one.smoothing(),
            one.alarm(),
            null,
            null,
            null);
    Manifest manifest = like(SERIES, SERIES.schema(), two);
    Windows windows =
        windows(two, SeriesKeys.of(List.of("P1", "north")), SeriesKeys.of(List.of("P2", "north")));

    assertThat(segments(SegmentColumn.of("plant", manifest).orElseThrow(), windows))
        .containsExactly("plant=P1", "plant=P2");
    assertThat(segments(SegmentColumn.of("plant/pump", manifest).orElseThrow(), windows))
        .containsExactly("plant/pump=P1/north", "plant/pump=P2/north");
    assertThat(segments(SegmentColumn.of("mode", manifest).orElseThrow(), windows))
        .hasSize(2)
        .containsOnly("mode=(missing)");
  }

  private static Windows windows(SeriesSettings settings, String... keys) {
    RowsBuilder rows = new RowsBuilder(SERIES.schema());
    double[] times = new double[keys.length];
    for (int i = 0; i < keys.length; i++) {
      times[i] = 60_000.0 * i;
      rows.endRow();
    }
    WindowAssembler assembler = new WindowAssembler(settings, SERIES.schema());
    Map<String, SeriesState> states = new HashMap<>();
    return assembler
        .assemble(
            new SeriesPoints(keys, times, rows.rows()),
            key -> states.computeIfAbsent(key, unused -> assembler.begin()))
        .windows();
  }

  @Test
  void aVersionWithoutTheColumnIsToldOnceAndOneWithoutARuleNever() {
    List<String> told = new ArrayList<>();
    Segments segments =
        new Segments(
            List.of(
                new SegmentRule(Optional.empty(), "site"),
                new SegmentRule(Optional.of("press"), "kind")),
            told::add);

    assertThat(segments.of(version("pump", 1), TABLE)).isEmpty();
    assertThat(segments.of(version("pump", 1), TABLE)).isEmpty();
    assertThat(told)
        .containsExactly(
            "watch.segments: version 1 of model 'pump' has no 'site' to watch the segments of"
                + " (expected: one of 'flag', 'kind')");
    assertThat(segments.of(version("press", 1), TABLE).orElseThrow().name()).isEqualTo("kind");
    assertThat(segments.of(version("press", 1), TABLE))
        .isEqualTo(segments.of(version("press", 1), TABLE));
    assertThat(new Segments(List.of(), told::add).of(version("pump", 1), TABLE)).isEmpty();
    assertThat(told).hasSize(1);
  }

  @Test
  void segmentsThatWereRecordedKeepTheirNamesOverARestart(@TempDir Path folder) {
    Recorded recorded = Registry.open(StoreAddress.inFolder(folder), Clock.systemUTC()).recorded();
    recorded.put(
        IntStream.range(0, 60)
            .mapToObj(i -> recorded("kind=" + (char) ('A' + i / 10) + i % 10))
            .toList());
    recorded.put(List.of(recorded("kind=(missing)"), recorded("kind=(others)")));
    Segments segments =
        new Segments(List.of(new SegmentRule(Optional.empty(), "kind")), reason -> {});
    segments.remember(recorded);
    SegmentColumn kind = segments.of(version("pump", 1), TABLE).orElseThrow();

    // Three that training knew, and so many of those that were recorded as have room.
    assertThat(segments(kind, kinds(TABLE.schema(), "new", "E6", "E7", "low", "A0", "")))
        .containsExactly(
            "kind=(others)", "kind=E6", "kind=(others)", "kind=low", "kind=A0", "kind=(missing)");
  }

  private static RecordedHour recorded(String segment) {
    return new RecordedHour("pump", 1, segment, 7, "x", 1, 0, 0, 0.01, 0.02, new byte[] {1});
  }

  private static ModelVersion version(String model, int version) {
    return new ModelVersion(
        model,
        version,
        "digest",
        1,
        Instant.EPOCH,
        "file",
        ModelVersion.Role.CHAMPION,
        ModelVersion.State.READY,
        "",
        Optional.empty(),
        List.of());
  }
}
