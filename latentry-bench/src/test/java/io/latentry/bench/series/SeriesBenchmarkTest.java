package io.latentry.bench.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.bench.quality.QualityListener;
import io.latentry.core.data.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeriesBenchmarkTest {
  @TempDir private Path folder;

  @Test
  void oursIsComparedWithEveryRivalPlainAndSmoothed() throws IOException {
    write("b/two.csv", 0);
    write("a/one.csv", 0);
    write("a/other.csv", 0);
    Answers ours = new Answers("ours", true, false);
    SeriesStandings standings = run(List.of(ours, new Blind()), Optional.empty());

    assertThat(standings.failed()).isEmpty();
    assertThat(standings.comparisons())
        .extracting(SeriesStandings.Comparison::rival)
        .containsExactlyInAnyOrder("blind", "blind_ema16", "blind_ema64");
    SeriesStandings.Comparison first = standings.comparisons().get(0);
    assertThat(first.seriesCount()).isEqualTo(3);
    assertThat(first.byFamily()).containsOnlyKeys("a", "b");
    assertThat(first.vusPr().low()).isGreaterThan(0.3);
    assertThat(standings.means().get(0).method()).isEqualTo("ours");
    assertThat(standings.means().get(0).eventRecall()).isEqualTo(1);
    assertThat(standings.means().get(0).delay()).isZero();
    assertThat(SeriesBenchmark.text(standings))
        .contains("| ours | 3 |", "## Ours less each rival", "| ours | blind | 3 |", "| a/one |");
  }

  @Test
  void withoutOursTheRivalsStandAlone() throws IOException {
    write("a/one.csv", 0);
    SeriesStandings standings = run(List.of(new Blind()), Optional.empty());
    assertThat(standings.comparisons()).isEmpty();
    assertThat(SeriesBenchmark.text(standings)).contains("| blind |").doesNotContain("Ours");
  }

  @Test
  void aMeanIsOverFamiliesEachAlike() {
    List<SeriesResult> results =
        List.of(
            result("a", "one", "m", 0, 0.2),
            result("a", "one", "m", 1, 0.4),
            result("a", "two", "m", 0, 0.5),
            result("b", "three", "m", 0, 0.8),
            result("a", "one", "r", 0, 0.1),
            result("b", "three", "r", 0, 0.6));
    SeriesStandings standings = SeriesStandings.of(results, List.of("m"), List.of("r"), List.of());
    // (0.3 + 0.5) / 2 of a, 0.8 of b.
    assertThat(standings.means().get(0).vusPr()).isCloseTo(0.6, within(1e-12));
    // What the rival lacks does not count: 0.2 of a, 0.2 of b.
    assertThat(standings.comparisons().get(0).vusPr().estimate()).isCloseTo(0.2, within(1e-12));
    assertThat(standings.comparisons().get(0).seriesCount()).isEqualTo(2);
  }

  @Test
  void aSecondRunMeasuresOnlyWhatIsNew() throws IOException {
    write("a/one.csv", 0);
    Optional<Path> page = Optional.of(folder.resolve("out/page.md"));
    Answers detector = new Answers("answers", false, true);
    SeriesStandings first = run(List.of(detector), page);
    assertThat(detector.seeds).containsExactly(0L, 1L);
    assertThat(page.get()).content().contains("| answers |");

    write("a/two.csv", 0);
    run(List.of(detector), page);
    assertThat(detector.seeds).containsExactly(0L, 1L, 0L, 1L);

    // Other bytes are another series.
    write("a/two.csv", 1);
    Files.delete(folder.resolve("sets/a/one.csv"));
    run(List.of(detector), page);
    assertThat(detector.seeds).containsExactly(0L, 1L, 0L, 1L, 0L, 1L);
    assertThat(first.series()).hasSize(3);
  }

  @Test
  void whatCannotBeMeasuredIsListedAndTheOthersGoOn() throws IOException {
    write("a/one.csv", 0);
    Files.writeString(folder.resolve("sets/a/odd.csv"), "timestamp,value,label\n0,x,0\n");
    SeriesDetector broken =
        new SeriesDetector() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public boolean dependsOnSeed() {
            return false;
          }

          @Override
          public double[] score(SeriesSet set, long seed) {
            throw new DataException("too short for it");
          }
        };
    SeriesStandings standings = run(List.of(broken, new Blind()), Optional.empty());
    assertThat(standings.failed())
        .extracting(SeriesStandings.Failure::set)
        .containsExactly("a/odd", "a/one, broken, seed 0");
    assertThat(standings.failed().get(0).reason())
        .contains("line 2: value 'x' (expected: a number)");
    assertThat(standings.means()).hasSize(3);
    assertThat(SeriesBenchmark.text(standings)).contains("too short for it");
  }

  @Test
  void withoutASplitTheBeginningTrains() throws IOException {
    write("a/one.csv", 0);
    SeriesSet set = SeriesFolder.read(folder.resolve("sets/a/one.csv"));
    assertThat(set.family()).isEqualTo("a");
    assertThat(set.trainPoints()).isEqualTo(60);
    assertThat(set.testPoints()).isEqualTo(340);
    assertThat(set.train()[0]).isNaN();
  }

  @Test
  void aSplitIsFollowedAndGzipRead() throws IOException {
    Path file = Files.createDirectories(folder.resolve("sets/z")).resolve("two.csv.gz");
    String text =
        """
        timestamp,v0,v1,label,split
        0,1,2,0,train
        1,3,4,1,train
        2,5,6,0,test
        3,7,,1,test
        """;
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    SeriesSet set = SeriesFolder.read(file);
    assertThat(set.name()).isEqualTo("two");
    assertThat(set.channels()).isEqualTo(2);
    assertThat(set.train()).containsExactly(1, 2, 3, 4);
    assertThat(set.trainAnomalous()).containsExactly(false, true);
    assertThat(set.test()).containsExactly(5, 6, 7, Float.NaN);
    assertThat(set.anomalous()).containsExactly(false, true);
  }

  @Test
  void wrongSeriesAreRefusedWithTheirPlace() throws IOException {
    assertThatThrownBy(() -> read("timestamp,value\n0,1\n")).hasMessageContaining("label");
    assertThatThrownBy(() -> read("timestamp,value,label,split\n0,1,0,neither\n"))
        .hasMessageContaining("line 2: split 'neither' (expected: train or test)");
    assertThatThrownBy(() -> read("timestamp,value,label\n0,1\n"))
        .hasMessageContaining("line 2: 2 cells (expected: 3, as in the header)");
    assertThatThrownBy(() -> read("timestamp,value,label,split\n0,1,0,train\n1,1,0,test\n"))
        .hasMessageContaining("with 0 events");
    assertThatThrownBy(() -> read("timestamp,value,label,split\n0,1,0,train\n1,1,2,test\n"))
        .hasMessageContaining("line 3: label '2' (expected: 0 or 1)");
    assertThatThrownBy(() -> read("")).isInstanceOf(DataException.class);
  }

  @Test
  void familiesAreChosenByNameAndSeriesByNumber() throws IOException {
    write("a/one.csv", 0);
    write("a/two.csv", 0);
    write("b/three.csv", 0);
    Files.writeString(folder.resolve("sets/manifest.csv"), "name\n");
    Path data = folder.resolve("sets");
    assertThat(SeriesFolder.find(data, Set.of(), 0)).hasSize(3);
    assertThat(SeriesFolder.find(data, Set.of(), 1)).hasSize(2);
    assertThat(SeriesFolder.find(data, Set.of("b"), 0))
        .containsExactly(data.resolve("b/three.csv"));
    assertThatThrownBy(() -> SeriesFolder.find(data, Set.of("c"), 0))
        .hasMessageContaining("families: 'c' (expected: one of a, b)");
    assertThatThrownBy(() -> SeriesFolder.find(folder.resolve("out"), Set.of(), 0))
        .hasMessageContaining("which does not exist");
    assertThatThrownBy(() -> SeriesFolder.find(data.resolve("a"), Set.of(), 0))
        .hasMessageContaining("without a series");
  }

  @Test
  void theThresholdSpendsTheBudgetAndAPointWithoutAScoreIsNoAlarm() {
    double[] scores = new double[Made.TEST];
    for (int t = 0; t < scores.length; t++) {
      scores[t] = t % 90 == 0 ? 5 : 0;
    }
    // 16 of 1,450 normal points score 5: more than 1 %, so that they are at the threshold.
    scores[Made.FROM + 7] = 6;
    scores[Made.FROM] = Double.NaN;
    SeriesResult result = SeriesResult.of(Made.wave(), 10, "some", 1, 0, "key", scores, 1);
    assertThat(result.eventRecall()).isEqualTo(1);
    assertThat(result.delay()).isEqualTo(7);
    assertThat(result.method()).isEqualTo("some");
    scores[Made.FROM + 7] = 4;
    assertThat(SeriesResult.of(Made.wave(), 10, "some", 1, 0, "key", scores, 1).eventRecall())
        .isZero();
    SeriesResult smoothed = SeriesResult.of(Made.wave(), 10, "some", 16, 0, "key", scores, 1);
    assertThat(smoothed.method()).isEqualTo("some_ema16");
    assertThat(smoothed.auprc()).isNotEqualTo(result.auprc());
  }

  @Test
  void seriesOfNabHaveItsScoreTogetherAndKeptScoresGiveItAgain() throws IOException {
    write("nab/one.csv", 0);
    write("nab2/two.csv", 0);
    write("other/three.csv", 0);
    Optional<Path> page = Optional.of(folder.resolve("out/page.md"));
    List<SeriesDetector> detectors = List.of(new Answers("ours", true, true), new Blind());
    SeriesStandings first = run(detectors, page);
    assertThat(first.nab())
        .filteredOn(nab -> nab.method().equals("ours"))
        .containsExactly(
            new SeriesStandings.Nab(
                "ours", 2, 2, 100, 2, 0, new SeriesStandings.NabJoined(100, 2, 0)));
    assertThat(first.nab())
        .extracting(SeriesStandings.Nab::method)
        .contains("ours_ema16", "ours_ema64", "blind", "blind_ema16", "blind_ema64")
        .hasSize(6);
    // Alarms everywhere cost more than they find.
    assertThat(first.nab())
        .filteredOn(nab -> nab.method().equals("blind"))
        .containsExactly(
            new SeriesStandings.Nab(
                "blind", 2, 2, 0, 0, 0, new SeriesStandings.NabJoined(0, 0, 0)));
    assertThat(page.get())
        .content()
        .contains("## NAB score", "all 2 files (2 windows)", "| ours | 100.0 | 2.0 | 0.0 |");
    assertThat(run(detectors, page).nab()).isEqualTo(first.nab());

    Files.delete(folder.resolve("sets/nab/one.csv"));
    Files.delete(folder.resolve("sets/nab2/two.csv"));
    assertThat(run(detectors, page).nab()).isEmpty();
    assertThat(page.get()).content().doesNotContain("NAB score");
  }

  @Test
  void whoLacksASeriesOfNabHasNoScoreOfIt() throws IOException {
    write("nab/one.csv", 0);
    write("nab/two.csv", 1);
    SeriesDetector half =
        new SeriesDetector() {
          @Override
          public String name() {
            return "half";
          }

          @Override
          public boolean dependsOnSeed() {
            return false;
          }

          @Override
          public double[] score(SeriesSet set, long seed) {
            if (set.name().equals("two")) {
              throw new IllegalStateException("no");
            }
            return new double[set.testPoints()];
          }
        };
    assertThat(run(List.of(half, new Blind()), Optional.empty()).nab())
        .extracting(SeriesStandings.Nab::method)
        .contains("blind")
        .doesNotContain("half");
  }

  @Test
  void byTheProtocolOfTsbAdTheTrainingPartCountsToo() throws IOException {
    write("nab/one.csv", 0);
    Optional<Path> page = Optional.of(folder.resolve("out/page.md"));
    Answers answers = new Answers("answers", false, false);
    SeriesStandings usual = run(List.of(answers), page);
    SeriesStandings whole = run(List.of(answers), page, SeriesProtocol.TSB_AD);
    // What was kept by one protocol is nothing by the other.
    assertThat(answers.seeds).hasSize(2);
    assertThat(answers.points).containsExactly(340, 400);
    assertThat(whole.protocol()).isEqualTo(SeriesProtocol.TSB_AD);
    assertThat(whole.nab()).isEmpty();
    assertThat(usual.nab()).isNotEmpty();
    assertThat(page.get()).content().contains("Protocol of TSB-AD (semi-supervised)");
    assertThat(SeriesBenchmark.text(usual)).contains("Learned from the training part, scored");
    assertThat(run(List.of(answers), page, SeriesProtocol.TSB_AD).series())
        .isEqualTo(whole.series());
    assertThat(answers.seeds).hasSize(2);
    assertThat(SeriesProtocol.of("TSB-AD")).contains(SeriesProtocol.TSB_AD);
    assertThat(SeriesProtocol.of("a")).contains(SeriesProtocol.A);
    assertThat(SeriesProtocol.of("B")).isEmpty();
  }

  @Test
  void theWholeSeriesIsTheTrainingPartWithTheTestPartBehindIt() {
    SeriesSet whole = Made.channels().whole();
    assertThat(whole.testPoints()).isEqualTo(Made.TRAIN + Made.TEST);
    assertThat(whole.train()).isEqualTo(Made.channels().train());
    assertThat(Arrays.copyOf(whole.test(), 3 * Made.TRAIN)).isEqualTo(whole.train());
    assertThat(whole.anomalous()[Made.TRAIN + Made.FROM]).isTrue();
    assertThat(whole.anomalous()[Made.TRAIN + Made.FROM - 1]).isFalse();
  }

  @Test
  void thePeriodOfTsbAdIsThatOfTheFirstChannelOr125() {
    float[] values = new float[2 * 3_000];
    for (int t = 0; t < 3_000; t++) {
      values[2 * t] = (float) Math.sin(2 * Math.PI * t / 40);
      values[2 * t + 1] = t % 7;
    }
    assertThat(Period.asInTsbAd(values, 2)).isEqualTo(40);
    float[] quick = new float[3_000];
    float[] slow = new float[3_000];
    for (int t = 0; t < 3_000; t++) {
      quick[t] = t % 4;
      slow[t] = (float) Math.sin(2 * Math.PI * t / 350);
    }
    // The highest peak is at a lag that is no period: nothing is looked for beside it.
    assertThat(Period.asInTsbAd(quick, 1)).isEqualTo(125);
    assertThat(Period.asInTsbAd(slow, 1)).isEqualTo(125);
    assertThat(Period.asInTsbAd(new float[3_000], 1)).isEqualTo(125);
  }

  private SeriesSet read(String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve("sets/x")).resolve("x.csv");
    Files.writeString(file, text);
    return SeriesFolder.read(file);
  }

  private SeriesStandings run(List<SeriesDetector> detectors, Optional<Path> out)
      throws IOException {
    return run(detectors, out, SeriesProtocol.A);
  }

  private SeriesStandings run(
      List<SeriesDetector> detectors, Optional<Path> out, SeriesProtocol protocol)
      throws IOException {
    return new SeriesBenchmark(detectors, Quiet.LISTENER)
        .run(new SeriesRequest(folder.resolve("sets"), Set.of(), 0, List.of(0, 1), protocol, out));
  }

  /** 400 rows without a split, of which 300 to 320 are anomalous; the first value is missing. */
  private void write(String name, int shift) throws IOException {
    Path file = folder.resolve("sets").resolve(name);
    Files.createDirectories(file.getParent());
    StringBuilder text = new StringBuilder("timestamp,value,label\n");
    for (int t = 0; t < 400; t++) {
      boolean anomalous = t >= 300 && t < 320;
      text.append(t)
          .append(',')
          .append(t == 0 ? "" : String.valueOf(t % 7 + shift))
          .append(',')
          .append(anomalous ? 1 : 0)
          .append('\n');
    }
    Files.writeString(file, text);
  }

  private static SeriesResult result(
      String family, String set, String method, int seed, double vusPr) {
    return new SeriesResult(
        family, set, method, seed, "", 10, vusPr, vusPr, vusPr, vusPr, 1, 0, 1, 100, 1, null);
  }

  /** Knows the labels. */
  private static final class Answers implements SeriesDetector {
    private final String name;
    private final boolean ours;
    private final boolean random;
    private final List<Long> seeds = new ArrayList<>();
    private final List<Integer> points = new ArrayList<>();

    Answers(String name, boolean ours, boolean random) {
      this.name = name;
      this.ours = ours;
      this.random = random;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean isOurs() {
      return ours;
    }

    @Override
    public boolean dependsOnSeed() {
      return random;
    }

    @Override
    public double[] score(SeriesSet set, long seed) {
      seeds.add(seed);
      points.add(set.testPoints());
      double[] scores = new double[set.testPoints()];
      for (int t = 0; t < scores.length; t++) {
        scores[t] = set.anomalous()[t] ? 1 : 0;
      }
      return scores;
    }
  }

  /** Knows nothing. */
  private static final class Blind implements SeriesDetector {
    @Override
    public String name() {
      return "blind";
    }

    @Override
    public boolean dependsOnSeed() {
      return false;
    }

    @Override
    public double[] score(SeriesSet set, long seed) {
      return new double[set.testPoints()];
    }
  }

  private enum Quiet implements QualityListener {
    LISTENER;

    @Override
    public void done(String summary, int done, int total, double secondsLeft) {}

    @Override
    public void failed(String set, String reason) {}
  }
}
