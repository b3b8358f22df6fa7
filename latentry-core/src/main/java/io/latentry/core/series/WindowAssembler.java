package io.latentry.core.series;

import io.latentry.core.data.KeyScale;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a window of every row that comes, out of what its key carries, and says why a row has none:
 * its key warms up, or it came too late. Of a resampled series the window ends with the cell of the
 * row, as the rows that came so far make it. Thread-safe; the states are not.
 */
public final class WindowAssembler {
  /** So many points that came too late, each after the one before, and the clock was set back. */
  static final int SET_BACK_AFTER = 16;

  private static final String WARMING_UP = "warming up: ";
  private static final String WAITS = "waits for ";
  private static final String UNREAD = "could not be read when it came";

  private final SeriesSettings settings;
  private final WindowSpec spec;
  private final PointCodes codes;
  private final String waits;

  public WindowAssembler(SeriesSettings settings, Schema channels) {
    this.settings = settings;
    this.spec = settings.spec(channels);
    this.codes = new PointCodes(channels);
    this.waits = waits(spec);
  }

  /**
   * One window a point, in the order of the points.
   *
   * @param windows those that cannot be judged have a fault
   * @param order the points key by key, each key's in the order in which they came
   * @param begins {@code boolean[count]}: whether the scores of the key begin anew with this point
   * @param about {@code double[count]}: when the point was that the window judges, where verdicts
   *     wait for later points; NaN if there is none yet; its own time else
   */
  public record Assembled(Windows windows, int[] order, boolean[] begins, double[] about) {}

  public WindowSpec spec() {
    return spec;
  }

  /** The state of a key that no point came of yet. */
  public SeriesState begin() {
    return new SeriesState(spec, settings.hasCells(), settings.adapt() != null);
  }

  /**
   * The state that {@link SeriesState#toBytes} wrote.
   *
   * @throws IllegalArgumentException as {@link SeriesState#of}
   */
  public SeriesState restore(byte[] stored) {
    return SeriesState.of(spec, settings.hasCells(), settings.adapt() != null, stored);
  }

  /**
   * @param states of each key, to be changed
   */
  public Assembled assemble(SeriesPoints points, Function<String, SeriesState> states) {
    int count = points.count();
    int width = spec.width();
    float[] coded = codes.of(points.rows());
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      byKey.computeIfAbsent(points.keys()[i], key -> new ArrayList<>()).add(i);
    }
    Growing all = new Growing(width, (count + (long) byKey.size() * spec.size()));
    int[] ends = new int[count];
    int[] order = new int[count];
    boolean[] begins = new boolean[count];
    @Nullable String[] faults = new String[count];
    boolean[] hidden = new boolean[count];
    @Nullable KeyScale[] scales = new KeyScale[count];
    double[] about = points.times().clone();
    Waiting waiting = new Waiting(count);
    Optional<Cells> cells =
        settings.hasCells() ? Optional.of(new Cells(points.rows(), coded)) : Optional.empty();
    int placed = 0;
    for (Map.Entry<String, List<Integer>> of : byKey.entrySet()) {
      SeriesState state = states.apply(of.getKey());
      KeyScale scale = settings.scale(of.getKey());
      all.scaledBy(scale);
      all.add(state.window());
      for (int i : of.getValue()) {
        scales[i] = scale;
        order[placed++] = i;
        faults[i] = points.rows().fault(i);
        String refusal = take(state, points.times()[i], coded, i, all, begins, faults[i] == null);
        if (refusal != null && faults[i] == null) {
          faults[i] = refusal;
        }
        if (refusal == null && spec.delay() > 0) {
          refusal = waiting.take(state, i);
          about[i] = state.judgedTime();
          faults[i] = refusal == null && state.isJudgedUnread() ? UNREAD : refusal;
        }
        if (spec.delay() > 0 && waits.equals(refusal)) {
          about[i] = Double.NaN;
        }
        hidden[i] = refusal != null;
        ends[i] = all.count() - 1;
        if (cells.isPresent()) {
          cells.get().note(state, i, refusal == null, scale);
        }
      }
    }
    Rows read =
        cells
            .map(Cells::judged)
            .orElseGet(() -> spec.delay() > 0 ? waiting.judged() : points.rows());
    Windows windows =
        new Windows(spec, all.values(), ends, judged(read, faults, hidden), Optional.of(scales))
            .ofKeys(points.keys());
    return new Assembled(
        cells.map(of -> windows.endingWith(of.newest)).orElse(windows), order, begins, about);
  }

  /** Takes a point in; the reason why it is not judged, or null. */
  private @Nullable String take(
      SeriesState state,
      double time,
      float[] coded,
      int point,
      Growing all,
      boolean[] begins,
      boolean readable) {
    if (Double.isNaN(time)) {
      return "missing time: column '" + settings.time() + "'";
    }
    if (settings.hasCells()) {
      return takeIntoCell(state, time, coded, point, all, begins);
    }
    double step = time - state.last();
    if (step <= 0) {
      int late = state.noteLate(time);
      if (late < SET_BACK_AFTER) {
        return "out of order: "
            + settings.clock().words(time)
            + " is not later than "
            + settings.clock().words(state.last());
      }
      begin(state, all, begins, point);
    } else if (step > settings.longestStep()) {
      double missing = Math.rint(step / settings.interval()) - 1;
      boolean fills =
          settings.gaps() == GapPolicy.FILL
              && missing <= Math.min(SeriesSettings.MOST_FILLED, spec.size() - 1);
      if (fills) {
        for (int k = 0; k < missing; k++) {
          state.pushMissing();
          all.addMissing();
        }
      } else if (settings.gaps() != GapPolicy.HOLD) {
        begin(state, all, begins, point);
      }
    }
    state.push(time, coded, point * spec.width(), readable);
    all.add(coded, point * spec.width());
    int needed = spec.size() - spec.delay();
    if (state.held() >= spec.size()) {
      return null;
    }
    return state.held() < needed ? WARMING_UP + state.held() + " of " + needed + " points" : waits;
  }

  /** The same of a row that becomes part of a cell. */
  private @Nullable String takeIntoCell(
      SeriesState state, double time, float[] coded, int point, Growing all, boolean[] begins) {
    int from = point * spec.width();
    double step = settings.cell(time) - settings.cell(state.last());
    if (step == 0) {
      state.addToCell(time, coded, from);
      all.replaceLast(state.window());
    } else {
      if (step < 0) {
        int late = state.noteLate(time);
        if (late < SET_BACK_AFTER) {
          return "out of order: "
              + settings.clock().words(time)
              + " is of a cell before that of "
              + settings.clock().words(state.last());
        }
        begin(state, all, begins, point);
      } else if (step > 1 && settings.gaps() != GapPolicy.HOLD) {
        // The cells between are points too, without values: else time would be cut into pieces.
        if (settings.fills(step - 1)) {
          for (int k = 1; k < step; k++) {
            state.pushMissing();
            all.addMissing();
          }
        } else {
          begin(state, all, begins, point);
        }
      }
      state.pushCell(time, coded, from);
      all.addLast(state.window());
    }
    return state.held() >= spec.size()
        ? null
        : WARMING_UP + state.held() + " of " + spec.size() + " cells";
  }

  private void begin(SeriesState state, Growing all, boolean[] begins, int point) {
    state.restart();
    begins[point] = true;
    all.add(state.window());
  }

  /** The points as they are judged: of those that are not, nothing is known but why. */
  private static Rows judged(Rows rows, @Nullable String[] faults, boolean[] hidden) {
    int numbers = rows.schema().numericCount();
    int texts = rows.schema().categoricalCount();
    float[] numeric = rows.numeric().clone();
    String[] categorical = rows.categorical().clone();
    for (int i = 0; i < hidden.length; i++) {
      if (hidden[i]) {
        Arrays.fill(numeric, i * numbers, (i + 1) * numbers, Float.NaN);
        Arrays.fill(categorical, i * texts, (i + 1) * texts, "");
      }
    }
    return new Rows(rows.schema(), rows.count(), numeric, categorical, faults);
  }

  /** Whether a point is not judged for this alone, that its window is not whole so far. */
  public static boolean lacksAWindow(String reason) {
    return reason.startsWith(WARMING_UP) || reason.startsWith(WAITS);
  }

  /** Why a point has no verdict yet. */
  public static String waits(WindowSpec spec) {
    return WAITS + spec.delay() + (spec.delay() == 1 ? " later point" : " later points");
  }

  /** The points that are judged, where that is not the newest of a window. */
  private final class Waiting {
    private final float[] points;

    Waiting(int count) {
      this.points = new float[spec.delay() > 0 ? count * spec.width() : 0];
      Arrays.fill(points, Float.NaN);
    }

    /** Takes the judged point of a whole window; why there is none, or null. */
    @Nullable String take(SeriesState state, int i) {
      if (Double.isNaN(state.judgedTime())) {
        return waits;
      }
      int width = spec.width();
      System.arraycopy(state.window(), spec.judged() * width, points, i * width, width);
      return null;
    }

    Rows judged() {
      int[] places = IntStream.range(0, points.length / spec.width()).toArray();
      return Windows.rows(spec.channels(), points, places);
    }
  }

  /** What the cell of each row comes to, as far as it is known with that row. */
  private final class Cells {
    private final Rows rows;
    private final float[] coded;

    /** {@code float[rows * channels]}: as read. */
    private final float[] cells;

    /** {@code float[rows * channels]}: as the model takes them. */
    private final float[] newest;

    Cells(Rows rows, float[] coded) {
      this.rows = rows;
      this.coded = coded;
      this.cells = new float[coded.length];
      this.newest = new float[coded.length];
    }

    /**
     * @param taken whether the row became part of the cell
     */
    void note(SeriesState state, int row, boolean taken, @Nullable KeyScale scale) {
      int width = spec.width();
      int at = row * width;
      System.arraycopy(state.window(), (spec.size() - 1) * width, cells, at, width);
      for (int j = 0; taken && j < width; j++) {
        // No cell comes to infinity; a row that holds it cannot be judged all the same.
        cells[at + j] = Float.isInfinite(coded[at + j]) ? coded[at + j] : cells[at + j];
      }
      System.arraycopy(cells, at, newest, at, width);
      if (scale != null) {
        scale.scale(newest, at);
      }
    }

    /** The cells as rows; a category that the row itself has, in its own word. */
    Rows judged() {
      Schema channels = spec.channels();
      int categories = channels.categoricalCount();
      Rows known = Windows.rows(channels, cells, IntStream.range(0, rows.count()).toArray());
      String[] words = known.categorical().clone();
      for (int k = 0; k < words.length; k++) {
        String own = rows.categorical(k / categories, k % categories);
        words[k] = own.isEmpty() ? words[k] : own;
      }
      return Rows.of(channels, rows.count(), known.numeric(), words);
    }
  }

  /** Points one after the other, as many as come. */
  private static final class Growing {
    private final int width;
    private float[] values;
    private int used;
    private @Nullable KeyScale scale;

    Growing(int width, long points) {
      this.width = width;
      this.values = new float[Math.toIntExact(points * width)];
    }

    int count() {
      return used / width;
    }

    /** Of the points that follow. */
    void scaledBy(@Nullable KeyScale of) {
      scale = of;
    }

    void add(float[] more) {
      for (int from = 0; from < more.length; from += width) {
        add(more, from);
      }
    }

    void add(float[] from, int at) {
      room(width);
      System.arraycopy(from, at, values, used, width);
      if (scale != null) {
        scale.scale(values, used);
      }
      used += width;
    }

    /** Adds the newest point of a window. */
    void addLast(float[] window) {
      add(window, window.length - width);
    }

    /** Puts the newest point of a window in place of the last one here. */
    void replaceLast(float[] window) {
      used -= width;
      addLast(window);
    }

    void addMissing() {
      room(width);
      Arrays.fill(values, used, used + width, Float.NaN);
      used += width;
    }

    private void room(int more) {
      if (used + more > values.length) {
        values = Arrays.copyOf(values, Math.max(used + more, values.length + values.length / 2));
      }
    }

    float[] values() {
      return values;
    }
  }
}
