package io.latentry.load.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Callers that each tell the points of keys of their own, through {@code /v1}. A caller has one
 * request under way: with points of a key in two of them, those that come second by chance would be
 * out of order. The request that follows has the next times, or the same where it was refused.
 *
 * <p>Used by one thread at a time.
 */
final class SeriesCallers {
  /** Of the first request; the times before it are those of the points that warm up. */
  private static final long FIRST_TIME = 2_000_000_000L;

  private final PointTemplate.Columns columns;
  private final List<float[]> series;
  private final List<PointTemplate> templates;
  private final List<Caller> all = new ArrayList<>();
  private final Deque<Caller> idle = new ArrayDeque<>();

  private static final class Caller {
    private final int number;
    private final long firstKey;
    private final byte[] body;
    private int answered;

    Caller(int number, long firstKey, int longest) {
      this.number = number;
      this.firstKey = firstKey;
      this.body = new byte[longest];
    }
  }

  /**
   * @param series of each key of a caller, as {@link PointTemplate} takes them
   * @param points of a key in each request
   * @param firstKey a number; the others follow it
   */
  SeriesCallers(
      int callers, PointTemplate.Columns columns, List<float[]> series, int points, long firstKey) {
    this.columns = columns;
    this.series = series;
    int cycle = series.get(0).length / columns.channels().size();
    this.templates =
        IntStream.range(0, cycle / points)
            .mapToObj(i -> PointTemplate.of(columns, series, i * points, points))
            .toList();
    int longest = templates.stream().mapToInt(one -> one.text().length).max().orElseThrow();
    for (int i = 0; i < callers; i++) {
      all.add(new Caller(i, firstKey + (long) i * series.size(), longest));
    }
    idle.addAll(all);
  }

  /** The body of each caller, to be sent by its number after it was written anew. */
  List<byte[]> bodies() {
    return all.stream().map(caller -> caller.body).toList();
  }

  /**
   * A body for each caller that fills the windows of its keys, so that every later point is judged.
   *
   * @param window points
   */
  Stream<byte[]> warmUps(int window) {
    int points = templates.get(0).points();
    int cycle = templates.size() * points;
    return all.stream()
        .map(
            caller ->
                PointTemplate.of(
                        columns,
                        series,
                        Math.floorMod(caller.number * points - window, cycle),
                        window)
                    .written(caller.firstKey, FIRST_TIME - window));
  }

  /**
   * Sends the request of whichever caller has waited the longest.
   *
   * @param http sends {@link #bodies}
   */
  LoadDoor.Sender over(LoadDoor.Sender http) {
    return (number, answered) -> {
      Caller caller = idle.removeFirst();
      PointTemplate template = templates.get((caller.number + caller.answered) % templates.size());
      template.write(
          caller.body, caller.firstKey, FIRST_TIME + (long) caller.answered * template.points());
      http.send(
          caller.number,
          status -> {
            caller.answered += status.equals(LoadDoor.OK) ? 1 : 0;
            idle.addLast(caller);
            answered.accept(status);
          });
    };
  }
}
