package io.latentry.core.series;

import io.latentry.core.calibration.RecentLevel;
import io.latentry.core.calibration.Smoothing;
import io.latentry.core.data.WindowSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one key carries from a point to the next: its last points, when the last one was, its
 * smoothed score and its alarm, the level of its scores where they are counted from it; of a
 * resampled series, whose points are cells, the sums of the cell that rows still come to. Small,
 * and whole as {@link #toBytes}: whoever stores that may cut a stream wherever they like, and gets
 * the same bits.
 *
 * <p>No clock and no input of its own. Not thread-safe.
 */
public final class SeriesState {
  private static final byte VERSION = 1;

  /** Of a model whose verdicts wait for later points: with the times of those that wait. */
  private static final byte VERSION_OF_WAITING = 2;

  /** Of a resampled series: with the sums of the open cell, which is the newest point. */
  private static final byte VERSION_OF_CELLS = 3;

  /** Added to the version where scores are counted from a recent level, which stands at the end. */
  private static final byte WITH_LEVEL = 16;

  /** Version, size, width, held, last, late since, late, smoothed, begun, above, on. */
  private static final int HEAD = 1 + 4 + 4 + 4 + 8 + 8 + 4 + 8 + 1 + 8 + 1;

  private final WindowSpec spec;

  /** {@code float[size * width]}; the points held stand at its end, the newest last. */
  private final float[] points;

  private int held;
  private double last = Double.NaN;
  private double lateSince = Double.NaN;
  private int late;
  private double smoothed;
  private boolean begun;
  private long above;
  private boolean on;

  /**
   * {@code double[delay + 1]}: when the last points were, the newest last; NaN where one lacked.
   */
  private final double[] times;

  /** Which of the last points could not be read as a whole, the newest in the lowest bit. */
  private long unread;

  /** Null where each row is a point. */
  private final @Nullable OpenCell cell;

  /** Whether scores are counted from {@link #level}. */
  private final boolean adapts;

  private RecentLevel.At level = RecentLevel.At.FIRST;

  /** Of a key that no point came of yet, where each row is a point. */
  public SeriesState(WindowSpec spec) {
    this(spec, false, false);
  }

  /**
   * Of a key that no point came of yet.
   *
   * @param resampled whether points are cells that rows are put together in
   * @param adapts whether scores are counted from a recent level
   */
  SeriesState(WindowSpec spec, boolean resampled, boolean adapts) {
    this.spec = spec;
    this.adapts = adapts;
    this.cell = resampled ? new OpenCell(spec.channels()) : null;
    this.points = new float[spec.size() * spec.width()];
    Arrays.fill(points, Float.NaN);
    this.times = new double[spec.delay() + 1];
    Arrays.fill(times, Double.NaN);
  }

  /** When the point that is judged now was; NaN if it was missing. */
  double judgedTime() {
    return times[0];
  }

  /** Whether it could not be read as a whole. */
  boolean isJudgedUnread() {
    return (unread >> spec.delay() & 1) != 0;
  }

  /** The time of the last point; NaN before the first. */
  public double last() {
    return last;
  }

  /** Points held; at most those of a window. */
  public int held() {
    return held;
  }

  /** Points that came too late since the last one that did not. */
  public int late() {
    return late;
  }

  /** The smoothed score of the last point that could be judged; NaN before the first. */
  public double smoothed() {
    return begun ? smoothed : Double.NaN;
  }

  /** Whether the alarm is on. */
  public boolean isAlarmed() {
    return on;
  }

  /** The points held, and before them what is missing, as a window: {@code float[size * width]}. */
  float[] window() {
    return points;
  }

  /** Forgets the points before a gap; the scores are {@link #beginScores}'s to forget. */
  void restart() {
    Arrays.fill(points, Float.NaN);
    Arrays.fill(times, Double.NaN);
    unread = 0;
    held = 0;
  }

  /** Begins scores and alarm anew, as behind a gap. */
  public void beginScores() {
    begun = false;
    smoothed = 0;
    above = 0;
    on = false;
  }

  /**
   * Takes the next point in.
   *
   * @param from the place of its first value in {@code values}
   * @param readable whether it could be read as a whole
   */
  void push(double time, float[] values, int from, boolean readable) {
    int width = spec.width();
    note(time, readable);
    System.arraycopy(points, width, points, 0, points.length - width);
    System.arraycopy(values, from, points, points.length - width, width);
    held = Math.min(held + 1, spec.size());
    last = time;
    late = 0;
  }

  private void note(double time, boolean readable) {
    System.arraycopy(times, 1, times, 0, times.length - 1);
    times[times.length - 1] = time;
    unread = unread << 1 | (readable ? 0 : 1);
  }

  /**
   * Takes the first row of the next cell in.
   *
   * @param from the place of its first value in {@code values}
   */
  void pushCell(double time, float[] values, int from) {
    pushMissing();
    cell().begin();
    cell().add(values, from, points, points.length - spec.width());
    last = time;
    late = 0;
  }

  /** Takes a further row of the open cell in; those of one cell may come in any order. */
  void addToCell(double time, float[] values, int from) {
    cell().add(values, from, points, points.length - spec.width());
    last = Math.max(last, time);
    late = 0;
  }

  private OpenCell cell() {
    if (cell == null) {
      throw new IllegalStateException("state: of points (expected: of cells)");
    }
    return cell;
  }

  /** A point that was not there. */
  void pushMissing() {
    int width = spec.width();
    note(Double.NaN, true);
    System.arraycopy(points, width, points, 0, points.length - width);
    Arrays.fill(points, points.length - width, points.length, Float.NaN);
    held = Math.min(held + 1, spec.size());
  }

  /**
   * Notes a point that came too late.
   *
   * @return how many came so in a row, each after the one before it: a clock that was set back
   */
  int noteLate(double time) {
    late = late > 0 && time > lateSince ? late + 1 : 1;
    lateSince = time;
    return late;
  }

  /**
   * The smoothed score of the next point. A NaN score is of a point that could not be judged: it
   * gives NaN and changes nothing.
   */
  public double smooth(double score, Smoothing smoothing) {
    if (Double.isNaN(score)) {
      return Double.NaN;
    }
    smoothed = smoothing.next(begun ? smoothed : Double.NaN, score);
    begun = true;
    return smoothed;
  }

  /**
   * The score of the next point, counted from the level of those before it. A NaN score changes
   * nothing. A gap does not begin the level anew: it is of long, where smoothing is of the moment.
   */
  public double fromLevel(double score, RecentLevel recent) {
    double counted = level.count(score);
    level = recent.next(level, score);
    return counted;
  }

  /**
   * Whether the alarm is on after the next point.
   *
   * @param score that is compared; NaN changes nothing
   */
  public boolean alarm(double score, double threshold, AlarmRule rule) {
    if (Double.isNaN(score)) {
      return on;
    }
    boolean exceeds = score > threshold;
    above = (above << 1 | (exceeds ? 1 : 0)) & ((1L << rule.among()) - 1);
    boolean enough = Long.bitCount(above) >= rule.points();
    on = enough || (on && rule.release() < 1 && score > rule.endsBelow(threshold));
    return on;
  }

  /** The state as it is stored: a version, and then numbers alone, little-endian. */
  public byte[] toBytes() {
    int width = spec.width();
    ByteBuffer bytes = ByteBuffer.allocate(length(held)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(version()).putInt(spec.size()).putInt(width).putInt(held);
    bytes.putDouble(last).putDouble(lateSince).putInt(late);
    bytes.putDouble(smoothed).put((byte) (begun ? 1 : 0)).putLong(above).put((byte) (on ? 1 : 0));
    for (int i = points.length - held * width; i < points.length; i++) {
      bytes.putFloat(points[i]);
    }
    if (spec.delay() > 0) {
      bytes.putLong(unread);
      for (double time : times) {
        bytes.putDouble(time);
      }
    }
    if (cell != null) {
      cell.put(bytes);
    }
    if (adapts) {
      bytes.putDouble(level.level()).putLong(level.seen());
    }
    return bytes.array();
  }

  private byte version() {
    byte points = cell != null ? VERSION_OF_CELLS : spec.delay() > 0 ? VERSION_OF_WAITING : VERSION;
    return adapts ? (byte) (points + WITH_LEVEL) : points;
  }

  private int length(int points) {
    int waiting = spec.delay() > 0 ? Long.BYTES + (spec.delay() + 1) * Double.BYTES : 0;
    int sums = cell == null ? 0 : cell.length();
    int recent = adapts ? Double.BYTES + Long.BYTES : 0;
    return HEAD + points * spec.width() * Float.BYTES + waiting + sums + recent;
  }

  /**
   * The state of these bytes, where each row is a point.
   *
   * @throws IllegalArgumentException if they are of another version, or of windows of another
   *     shape; that they are of this very model is the caller's to know, by the model's id
   */
  public static SeriesState of(WindowSpec spec, byte[] stored) {
    return of(spec, false, false, stored);
  }

  static SeriesState of(WindowSpec spec, boolean resampled, boolean adapts, byte[] stored) {
    SeriesState state = new SeriesState(spec, resampled, adapts);
    ByteBuffer bytes = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
    if (stored.length < HEAD || bytes.get() != state.version()) {
      throw new IllegalArgumentException(
          "state: "
              + stored.length
              + " bytes"
              + (stored.length == 0 ? "" : ", version " + stored[0])
              + " (expected: version "
              + state.version()
              + " and at least "
              + HEAD
              + " bytes); begin the key anew");
    }
    int size = bytes.getInt();
    int width = bytes.getInt();
    int held = bytes.getInt();
    if (size != spec.size()
        || width != spec.width()
        || held < 0
        || held > size
        || stored.length != state.length(held)) {
      throw new IllegalArgumentException(
          "state: "
              + held
              + " of "
              + size
              + " points of "
              + width
              + " channels in "
              + stored.length
              + " bytes (expected: of "
              + spec.size()
              + " and "
              + spec.width()
              + ", as the model has); begin the key anew");
    }
    state.held = held;
    state.last = bytes.getDouble();
    state.lateSince = bytes.getDouble();
    state.late = bytes.getInt();
    state.smoothed = bytes.getDouble();
    state.begun = bytes.get() != 0;
    state.above = bytes.getLong();
    state.on = bytes.get() != 0;
    for (int i = state.points.length - held * width; i < state.points.length; i++) {
      state.points[i] = bytes.getFloat();
    }
    if (spec.delay() > 0) {
      state.unread = bytes.getLong();
      for (int i = 0; i < state.times.length; i++) {
        state.times[i] = bytes.getDouble();
      }
    }
    if (state.cell != null) {
      state.cell.take(bytes);
    }
    if (adapts) {
      state.level = new RecentLevel.At(bytes.getDouble(), bytes.getLong());
    }
    return state;
  }
}
