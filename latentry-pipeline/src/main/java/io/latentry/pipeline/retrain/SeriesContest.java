package io.latentry.pipeline.retrain;

import io.latentry.core.data.Windows;
import io.latentry.core.evaluation.WindowPerturbations;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Two models of the same series, each passing over all points once. */
final class SeriesContest implements Contest {
  /** Windows that anomalies are made of, spread over all. */
  private static final int MOST_WINDOWS = 1_000;

  private static final int TIMED_WINDOWS = 512;

  private final Scorer champion;
  private final Scorer challenger;
  private final RecentRows recent;
  private final long seed;
  private final Passes ofRecent;
  private final Passes ofOld;

  /** What both say of some files; null of none. */
  private record Passes(@Nullable PointVerdicts champion, @Nullable PointVerdicts challenger) {
    static final Passes NONE = new Passes(null, null);

    Both both(int[] samples) {
      return champion == null || challenger == null
          ? new Both(nothing(), nothing())
          : new Both(champion.said().select(samples), challenger.said().select(samples));
    }

    private static Said nothing() {
      return new Said(new float[0], new boolean[0], new boolean[0], new double[0]);
    }
  }

  SeriesContest(
      Scorer champion,
      Scorer challenger,
      RetrainRequest request,
      RecentRows recent,
      int[] apart,
      long seed) {
    this.champion = champion;
    this.challenger = challenger;
    this.recent = recent;
    this.seed = seed;
    Set<Integer> wanted = new HashSet<>();
    int count = Math.min(MOST_WINDOWS, apart.length);
    for (int k = 0; k < count; k++) {
      wanted.add(apart[(int) ((long) k * apart.length / count)]);
    }
    this.ofRecent = passes(request.data(), request.input(), points -> wanted::contains);
    this.ofOld =
        request.frozen().isEmpty()
            ? Passes.NONE
            : passes(
                request.frozen(),
                TableKind.noInput(),
                points -> row -> row % Math.max(1, points / MOST_WINDOWS) == 0);
  }

  private Passes passes(List<String> data, StandardInput input, IntFunction<IntPredicate> wanted) {
    return new Passes(pass(champion, data, input, wanted), pass(challenger, data, input, wanted));
  }

  private static PointVerdicts pass(
      Scorer scorer, List<String> data, StandardInput input, IntFunction<IntPredicate> wanted) {
    return PointVerdicts.of(scorer, data, input, List.of(), wanted, Progress.QUIET);
  }

  @Override
  public Both recent(int[] samples) {
    return ofRecent.both(samples);
  }

  /** Points of old that the champion can judge, without those of windows that are not whole. */
  @Override
  public Both frozen() {
    PointVerdicts known = ofOld.champion();
    return ofOld.both(
        known == null
            ? new int[0]
            : IntStream.range(0, known.compared().length)
                .filter(i -> known.said().judged()[i])
                .toArray());
  }

  /** By what the windows themselves are like. */
  @Override
  public Both madeOfRecent(int[] normals, int[] like) {
    return made(ofRecent);
  }

  @Override
  public Both madeOfFrozen() {
    return made(ofOld);
  }

  /** The same faults in the windows as each of both scales them. */
  private Both made(Passes passes) {
    PointVerdicts before = passes.champion();
    PointVerdicts after = passes.challenger();
    return before == null || after == null
        ? new Both(Passes.nothing(), Passes.nothing())
        : new Both(faulty(champion, before.windows()), faulty(challenger, after.windows()));
  }

  private Said faulty(Scorer scorer, @Nullable Windows windows) {
    return windows == null
        ? Passes.nothing()
        : TableContest.said(scorer.judge(new WindowPerturbations(windows).perturb(windows, seed)));
  }

  @Override
  public Optional<Losses> losses(int[] samples) {
    return Optional.empty();
  }

  /** Points that follow one another in their series. */
  @Override
  public List<int[]> events(int[] samples) {
    Integer[] order = IntStream.range(0, samples.length).boxed().toArray(Integer[]::new);
    Arrays.sort(
        order,
        Comparator.comparing((Integer k) -> recent.series()[samples[k]])
            .thenComparingDouble(k -> recent.times()[samples[k]]));
    int[] place = new int[recent.count()];
    for (int[] key : SeriesKind.byKey(recent, i -> true)) {
      for (int k = 0; k < key.length; k++) {
        place[key[k]] = k;
      }
    }
    List<int[]> events = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int k = 0; k < order.length; k++) {
      int row = samples[order[k]];
      int before = k == 0 ? row : samples[order[k - 1]];
      boolean follows =
          k > 0
              && recent.series()[row].equals(recent.series()[before])
              && place[row] == place[before] + 1;
      if (!follows && !open.isEmpty()) {
        events.add(open.stream().mapToInt(Integer::intValue).toArray());
        open.clear();
      }
      open.add(order[k]);
    }
    if (!open.isEmpty()) {
      events.add(open.stream().mapToInt(Integer::intValue).toArray());
    }
    return events;
  }

  /** By key, where there is more than one. */
  @Override
  public List<String> groups(int[] changed, boolean gone) {
    if (Arrays.stream(recent.series()).distinct().count() < 2) {
      return List.of();
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (int row : changed) {
      counts.merge(recent.series()[row], 1, Integer::sum);
    }
    return TableContest.phrases(counts, "of", gone, changed.length, changed.length);
  }

  @Override
  public int judgeSome(boolean byChampion) {
    PointVerdicts of = byChampion ? ofRecent.champion() : ofRecent.challenger();
    Windows windows = of == null ? null : of.windows();
    if (windows == null) {
      return 0;
    }
    int count = Math.min(TIMED_WINDOWS, windows.count());
    return (byChampion ? champion : challenger)
        .judge(windows.select(IntStream.range(0, count).toArray()))
        .count();
  }
}
