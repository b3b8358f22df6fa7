package io.latentry.load.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one method costs, size after size.
 *
 * @param points in the order of their sizes
 * @param end why it goes no further; empty where it was measured up to the last size
 */
public record Curve(Method method, List<Point> points, String end) {
  /** Of so many last sizes: what a process costs before it works has faded there. */
  static final int SLOPE_POINTS = 3;

  /**
   * A process from start to exit.
   *
   * @param peakBytes its most resident memory; 0 where the system does not tell
   */
  public record Point(long size, double seconds, long peakBytes) {}

  public Curve {
    points = List.copyOf(points);
  }

  public static Curve of(Method method) {
    return new Curve(method, List.of(), "");
  }

  public Curve with(Point point) {
    List<Point> more = new ArrayList<>(points);
    more.add(point);
    return new Curve(method, more, end);
  }

  public Curve endedBy(String why) {
    return new Curve(method, points, why);
  }

  /**
   * The exponent of a cost, by least squares through the last three points on logarithmic axes: ten
   * times the size costs {@code 10**slope} times as much.
   *
   * @return NaN of fewer than three points, or where a cost is not above 0
   */
  public double slope(ToDoubleFunction<Point> cost) {
    if (points.size() < SLOPE_POINTS) {
      return Double.NaN;
    }
    return slope(points.subList(points.size() - SLOPE_POINTS, points.size()), cost);
  }

  /** Seconds at {@code size} by the line through the last two points; 0 of fewer. */
  public double expectedSeconds(long size) {
    if (points.size() < 2) {
      return 0;
    }
    Point last = points.get(points.size() - 1);
    double slope = slope(points.subList(points.size() - 2, points.size()), Point::seconds);
    return last.seconds() * Math.pow((double) size / last.size(), slope);
  }

  private static double slope(List<Point> of, ToDoubleFunction<Point> cost) {
    double meanSize =
        of.stream().mapToDouble(p -> Math.log((double) p.size())).average().orElseThrow();
    double meanCost =
        of.stream().mapToDouble(p -> Math.log(cost.applyAsDouble(p))).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (Point point : of) {
      double size = Math.log((double) point.size()) - meanSize;
      products += size * (Math.log(cost.applyAsDouble(point)) - meanCost);
      squares += size * size;
    }
    return Double.isFinite(products) ? products / squares : Double.NaN;
  }
}
