package io.latentry.bench.series;

import io.latentry.core.evaluation.LabelledSeries;
import io.latentry.core.evaluation.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The score of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad 2015, "Evaluating
 * real-time anomaly detection algorithms", section II), at the one threshold for all files that
 * gives the highest.
 *
 * <p>An alarm in a labelled window earns {@code sigmoid(y) / sigmoid(-1)}, {@code sigmoid(y) = 2 /
 * (1 + exp(5 * y)) - 1}, the more the earlier it comes: {@code y} is -1 at the first point of the
 * window, and {@code -1 / length} at the last. Of several the best one counts. A window without an
 * alarm costs 1. An alarm outside costs 0.11 times {@code -sigmoid(y)}, {@code y} being its
 * distance behind the last window in lengths of that window less one, at most 3; before the first
 * window 0.11. The sum over all files is put on a scale where a detector that never raises an alarm
 * has 0, and one that finds every window at its first point, and nothing else, 100.
 *
 * <p>Most of the benchmark's own detectors are silent for a while behind an alarm. So a method is
 * looked at by its alarms' beginnings too.
 *
 * @param score 0 to 100
 * @param threshold points that score as much, or more, are alarms; infinite where none is best
 * @param found windows with an alarm
 * @param falseAlarms points outside the windows that are alarms
 * @see <a href="https://arxiv.org/abs/1510.03336">Lavin and Ahmad 2015</a>
 */
record NabScore(
    double score, double threshold, int files, int windows, int found, int falseAlarms) {
  /** Of a false positive, where a window found or missed is 1. */
  static final double FALSE_POSITIVE = 0.11;

  private static final double FAR = 3;

  /** Normal points between two alarms that are one: none, each point is an alarm of its own. */
  private static final int EACH = -1;

  /**
   * A point that may become an alarm.
   *
   * @param file of which it is, and where in it
   * @param window of all files' windows; -1 outside
   * @param worth what it adds as an alarm; in a window, before what others in it earn
   */
  private record Point(double score, int file, int place, int window, double worth) {}

  /**
   * @param files the points behind the probationary period; those whose score is no number, or
   *     negative infinity, are never alarms
   */
  static NabScore of(List<LabelledSeries> files) {
    return of(files, EACH);
  }

  /**
   * The same where an alarm ends when it is over, and not at each point: of points that at most
   * {@code between} others part, the first one alone is the alarm.
   */
  static NabScore of(List<LabelledSeries> files, int between) {
    List<Point> points = new ArrayList<>();
    int windows = 0;
    for (int f = 0; f < files.size(); f++) {
      LabelledSeries file = files.get(f);
      List<Span> events = file.events();
      double[] worth = worth(events, file.points());
      for (int t = 0; t < worth.length; t++) {
        if (file.scores()[t] > Double.NEGATIVE_INFINITY) {
          points.add(new Point(file.scores()[t], f, t, window(events, t, windows), worth[t]));
        }
      }
      windows += events.size();
    }
    points.sort(Comparator.comparingDouble(Point::score).reversed());
    Alarms alarms = new Alarms(files.size(), windows, between);
    NabScore best = of(alarms.sum, Double.POSITIVE_INFINITY, files.size(), windows, 0, 0);
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      alarms.add(point);
      boolean all = i + 1 == points.size() || points.get(i + 1).score < point.score;
      if (all) {
        NabScore now =
            of(alarms.sum, point.score, files.size(), windows, alarms.found, alarms.falseAlarms);
        best = now.score > best.score ? now : best;
      }
    }
    return best;
  }

  /** The alarms at a threshold that falls, and what they are worth together. */
  private static final class Alarms {
    private final int between;

    /** The points above the threshold of each file, by place. */
    private final List<TreeMap<Integer, Point>> above = new ArrayList<>();

    /** What the alarms in each window are worth, and how many are worth as much. */
    private final List<TreeMap<Double, Integer>> earned = new ArrayList<>();

    private double sum;
    private int found;
    private int falseAlarms;

    Alarms(int files, int windows, int between) {
      this.between = between;
      for (int f = 0; f < files; f++) {
        above.add(new TreeMap<>());
      }
      for (int w = 0; w < windows; w++) {
        earned.add(new TreeMap<>());
      }
      this.sum = -windows;
    }

    void add(Point point) {
      TreeMap<Integer, Point> file = above.get(point.file);
      Map.Entry<Integer, Point> before = file.lowerEntry(point.place);
      Map.Entry<Integer, Point> next = file.higherEntry(point.place);
      if (isApart(before, point.place)) {
        count(point, 1);
      }
      boolean joinsNext = next != null && next.getKey() - point.place <= between + 1;
      if (joinsNext && isApart(before, next.getKey())) {
        count(next.getValue(), -1);
      }
      Point unused = file.put(point.place, point);
    }

    private boolean isApart(Map.@Nullable Entry<Integer, Point> before, int place) {
      return before == null || place - before.getKey() > between + 1;
    }

    private void count(Point alarm, int more) {
      if (alarm.window < 0) {
        sum += more * alarm.worth;
        falseAlarms += more;
        return;
      }
      TreeMap<Double, Integer> window = earned.get(alarm.window);
      double was = window.isEmpty() ? -1 : window.lastKey();
      int before = window.size();
      Integer unused =
          window.merge(alarm.worth, more, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
      double is = window.isEmpty() ? -1 : window.lastKey();
      sum += is - was;
      found += Integer.signum(window.size()) - Integer.signum(before);
    }
  }

  private static NabScore of(
      double sum, double threshold, int files, int windows, int found, int falseAlarms) {
    double score = windows == 0 ? Double.NaN : 100 * (sum + windows) / (2.0 * windows);
    return new NabScore(score, threshold, files, windows, found, falseAlarms);
  }

  private static int window(List<Span> events, int point, int before) {
    for (int w = 0; w < events.size(); w++) {
      if (point >= events.get(w).first() && point <= events.get(w).last()) {
        return before + w;
      }
    }
    return -1;
  }

  /** What each point of a file adds to the sum as an alarm: {@code double[points]}. */
  static double[] worth(List<Span> events, int points) {
    double[] worth = new double[points];
    int next = 0;
    for (int t = 0; t < points; t++) {
      while (next < events.size() && events.get(next).last() < t) {
        next++;
      }
      if (next < events.size() && events.get(next).first() <= t) {
        Span window = events.get(next);
        double place = -(window.last() - t + 1) / (double) window.length();
        worth[t] = sigmoid(place) / sigmoid(-1);
      } else {
        Span last = next == 0 ? null : events.get(next - 1);
        // A window of one point has no length that a distance could be told in.
        double behind =
            last == null || last.length() == 1 ? FAR : (t - last.last()) / (last.length() - 1.0);
        worth[t] = FALSE_POSITIVE * (behind >= FAR ? -1 : sigmoid(behind));
      }
    }
    return worth;
  }

  private static double sigmoid(double place) {
    return 2 / (1 + Math.exp(5 * place)) - 1;
  }
}
