package io.latentry.spark;

import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Judges points that come key by key and in order of time, so that it remembers one key. A verdict
 * that waits for later points comes with the row that it is about, which is held back so long.
 */
final class SortedSeriesJudge implements RowRuns.Judge {
  private final PointJudge judge;
  private String lastKey = "";
  private @Nullable SeriesState lastState;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** A point that its verdict is not there of yet. */
  private record Waiting(Row row, String key, double time) {}

  SortedSeriesJudge(PointJudge judge) {
    this.judge = judge;
  }

  @Override
  public JudgedRows judge(List<Row> rows) {
    SeriesPoints points = judge.points(rows);
    Map<String, SeriesState> states = new HashMap<>();
    if (lastState != null) {
      states.put(lastKey, lastState);
    }
    PointJudgements judged =
        judge.judge(points, key -> states.computeIfAbsent(key, k -> judge.series().begin()));
    lastKey = points.keys()[points.count() - 1];
    lastState = states.get(lastKey);
    return judge.series().delay() == 0 ? judge.told(rows, judged) : due(rows, points, judged);
  }

  private JudgedRows due(List<Row> rows, SeriesPoints points, PointJudgements judged) {
    Due due = new Due(judged);
    for (int i = 0; i < rows.size(); i++) {
      String key = points.keys()[i];
      double own = points.times()[i];
      double about = judged.about()[i];
      if (Double.isNaN(own) || about == own) {
        due.add(rows.get(i), i);
        continue;
      }
      while (!waiting.isEmpty() && isOver(waiting.getFirst(), key, about)) {
        due.giveUp(waiting.removeFirst());
      }
      if (!waiting.isEmpty() && waiting.getFirst().time == about) {
        due.add(waiting.removeFirst().row, i);
      }
      waiting.addLast(new Waiting(rows.get(i), key, own));
    }
    return due.told();
  }

  /** Whether no later point of its key can bring its verdict. */
  private static boolean isOver(Waiting point, String key, double about) {
    return !point.key.equals(key) || point.time < about;
  }

  @Override
  public Optional<JudgedRows> rest() {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    List<Row> rows = waiting.stream().map(Waiting::row).toList();
    double[] times = waiting.stream().mapToDouble(Waiting::time).toArray();
    waiting.clear();
    return Optional.of(judge.told(rows, judge.unanswered(times)));
  }

  /** Rows with the verdicts that are due, in order. */
  private final class Due {
    private final PointJudgements judged;
    private final List<Row> rows = new ArrayList<>();
    private final List<Integer> answers = new ArrayList<>();
    private final List<Double> givenUp = new ArrayList<>();

    Due(PointJudgements judged) {
      this.judged = judged;
    }

    void add(Row row, int answer) {
      rows.add(row);
      answers.add(answer);
    }

    void giveUp(Waiting point) {
      add(point.row, judged.count() + givenUp.size());
      givenUp.add(point.time);
    }

    JudgedRows told() {
      if (rows.isEmpty()) {
        return judge.told(rows, judged);
      }
      double[] times = givenUp.stream().mapToDouble(time -> time).toArray();
      PointJudgements all = times.length == 0 ? judged : judged.followedBy(judge.unanswered(times));
      return judge.told(rows, all.select(answers.stream().mapToInt(at -> at).toArray()));
    }
  }
}
