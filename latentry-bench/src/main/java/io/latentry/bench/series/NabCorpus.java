package io.latentry.bench.series;

import io.latentry.core.evaluation.LabelledSeries;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The series of a run that are of the Numenta Anomaly Benchmark, whose score is one for all of
 * them: families whose name begins with {@value #FAMILY}. Their labels are the windows, and what
 * comes before the test part is the probationary period.
 */
final class NabCorpus {
  private static final String FAMILY = "nab";

  /** Normal points that may lie between two points of one alarm, where such are joined. */
  static final int BETWEEN = 20;

  /** {@code boolean[test points]}, by family and name. */
  private final Map<List<String>, boolean[]> labels =
      new TreeMap<>(
          Comparator.comparing((List<String> name) -> name.get(0))
              .thenComparing(name -> name.get(1)));

  /** Whether a family is part of it. */
  static boolean holds(String family) {
    return family.startsWith(FAMILY);
  }

  /** Notes a series, if it is part of it. */
  void note(SeriesSet set) {
    if (holds(set.family())) {
      labels.put(List.of(set.family(), set.name()), set.anomalous());
    }
  }

  /** Scores as they are kept: float32, little-endian, in base 64. */
  static String written(double[] scores) {
    ByteBuffer bytes =
        ByteBuffer.allocate(scores.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double score : scores) {
      bytes.putFloat((float) score);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static double[] read(String written) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(written)).order(ByteOrder.LITTLE_ENDIAN);
    double[] scores = new double[bytes.remaining() / Float.BYTES];
    for (int t = 0; t < scores.length; t++) {
      scores[t] = bytes.getFloat();
    }
    return scores;
  }

  /**
   * How everybody who scored all of these series stands, the best first; nothing if there is none.
   *
   * @param results those of unsmoothed methods have the scores
   */
  List<SeriesStandings.Nab> standings(List<SeriesResult> results) {
    Map<List<Object>, Map<List<String>, double[]>> runs = new LinkedHashMap<>();
    for (SeriesResult result : results) {
      String scores = result.scores();
      List<String> name = List.of(result.family(), result.set());
      if (scores != null && labels.containsKey(name)) {
        runs.computeIfAbsent(List.of(result.method(), result.seed()), run -> new LinkedHashMap<>())
            .put(name, read(scores));
      }
    }
    Map<String, List<NabScore>> byMethod = new LinkedHashMap<>();
    Map<String, List<NabScore>> joined = new LinkedHashMap<>();
    runs.forEach(
        (run, scores) -> {
          for (int span :
              scores.size() == labels.size() ? SeriesResult.SPANS : List.<Integer>of()) {
            List<LabelledSeries> files = new ArrayList<>();
            labels.forEach(
                (name, anomalous) ->
                    files.add(
                        LabelledSeries.of(
                            SeriesResult.smoothed(scores.getOrDefault(name, new double[0]), span),
                            anomalous)));
            String method = SeriesResult.method((String) run.get(0), span);
            byMethod.computeIfAbsent(method, m -> new ArrayList<>()).add(NabScore.of(files));
            joined.computeIfAbsent(method, m -> new ArrayList<>()).add(NabScore.of(files, BETWEEN));
          }
        });
    return byMethod.entrySet().stream()
        .map(
            entry ->
                overSeeds(
                    entry.getKey(),
                    entry.getValue(),
                    joined.getOrDefault(entry.getKey(), List.of())))
        .sorted(
            Comparator.comparingDouble((SeriesStandings.Nab nab) -> nab.joined().score())
                .reversed())
        .toList();
  }

  private static SeriesStandings.Nab overSeeds(
      String method, List<NabScore> runs, List<NabScore> joined) {
    return new SeriesStandings.Nab(
        method,
        runs.get(0).files(),
        runs.get(0).windows(),
        mean(runs, NabScore::score),
        mean(runs, NabScore::found),
        mean(runs, NabScore::falseAlarms),
        new SeriesStandings.NabJoined(
            mean(joined, NabScore::score),
            mean(joined, NabScore::found),
            mean(joined, NabScore::falseAlarms)));
  }

  private static double mean(List<NabScore> runs, ToDoubleFunction<NabScore> figure) {
    return runs.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }
}
