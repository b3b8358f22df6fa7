package io.latentry.pipeline.drift;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How rows of now compare with the normal rows of a model. As JSON it is what {@code drift --json}
 * prints, see docs/drift.md.
 *
 * @param call of the whole: drift if any quantity drifted
 * @param summary one or two sentences
 * @param rows compared
 * @param rowsBefore left out, since they were before {@code since}, or nobody knows when
 * @param rowsSampled of {@code rows}: those whose values were compared
 * @param referenceRows normal rows behind the reference
 * @param time the column of the rows' times; null if rows count as independent
 * @param since as given
 * @param comparisons over which false calls are controlled
 * @param falseDiscoveryRate at most this share of the calls is to be expected to be false
 * @param visibleShift the least shift of a column that would be called more often than not, in
 *     spreads; null if there are too few rows
 * @param quantities the worst first
 * @param notes what the reader should know, as sentences
 */
public record DriftOutcome(
    Call call,
    String summary,
    long rows,
    long rowsBefore,
    int rowsSampled,
    int referenceRows,
    @Nullable String time,
    @Nullable String since,
    int comparisons,
    double falseDiscoveryRate,
    @Nullable Double visibleShift,
    Alarms alarms,
    List<Quantity> quantities,
    List<String> notes) {

  public DriftOutcome {
    quantities = List.copyOf(quantities);
    notes = List.copyOf(notes);
  }

  /** The drifted ones, the worst first. */
  @JsonIgnore
  public List<Quantity> drifted() {
    return quantities.stream().filter(q -> q.call() == Call.DRIFT).toList();
  }

  /** What is said of a quantity. */
  public enum Call {
    /** More than chance would show, and more than the least that matters. */
    DRIFT,
    NONE,
    /** Too few rows to tell. */
    TOO_FEW_ROWS;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a quantity is. */
  public enum Kind {
    COLUMN,
    /** A latent mean: what several columns have in common, as the model sees it. */
    LATENT,
    TERM,
    SCORE,
    /** A share of all rows: of alarms, of rows without a verdict. */
    RATE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What of a quantity is compared. */
  public enum Aspect {
    /** The distribution of its values. */
    VALUES,
    /** The share of rows without a value. */
    MISSING,
    /** The share of rows with a value that training never saw. */
    NOVEL,
    /** The share of rows that are counted. */
    SHARE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What an effect is counted in. */
  public enum Unit {
    /** Spreads of the normal values: half the width of their middle 68 %. */
    SPREADS,
    /** Of rows, 0 to 1. */
    SHARE,
    /** Of the promised false-alarm rate. */
    TIMES;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One comparison.
   *
   * @param effect how large the change is, whatever the rows
   * @param minimum the least effect that is called
   * @param adjustedPValue called at or below {@code falseDiscoveryRate}
   */
  public record Comparison(
      Aspect aspect,
      Unit unit,
      double effect,
      double minimum,
      double pValue,
      @JsonProperty("adjusted_p_value") double adjustedPValue,
      boolean called) {}

  /**
   * A value that is new, or whose share changed most.
   *
   * @param isNew whether no normal row had it
   */
  public record ValueShare(String value, double reference, double now, boolean isNew) {}

  /**
   * @param values compared; of a rate, rows
   * @param independent values that they are worth
   * @param reference share of a rate, or of missing values, among normal rows; null of what has
   *     none
   * @param now likewise
   * @param moved up, in spreads; below 0, down; null if not numeric
   * @param widening spread over the normal spread
   * @param factor by what the normal values are to be multiplied; null if no one number does
   * @param changes values whose share changed most; empty if numeric
   * @param alarms what the drift does to alarms; null if it was not called, or not asked
   */
  public record Quantity(
      String name,
      Kind kind,
      Call call,
      String words,
      long values,
      double independent,
      @Nullable Double reference,
      @Nullable Double now,
      @Nullable Double moved,
      @Nullable Double widening,
      @Nullable Double factor,
      @Nullable Double kolmogorovSmirnov,
      @Nullable Double stabilityIndex,
      @Nullable Double cramersV,
      List<ValueShare> changes,
      List<Comparison> comparisons,
      @Nullable AlarmEffect alarms,
      @JsonIgnore @Nullable Picture picture) {

    public Quantity {
      changes = List.copyOf(changes);
      comparisons = List.copyOf(comparisons);
    }

    /** How many times the least effect that matters; the largest of its called comparisons. */
    @JsonIgnore
    double size() {
      return comparisons.stream()
          .filter(Comparison::called)
          .mapToDouble(c -> c.effect() / c.minimum())
          .max()
          .orElse(0);
    }

    /** What the drift does to alarms, in words; empty if nobody asked. */
    @JsonIgnore
    public String effectWords() {
      return alarms == null ? "" : DriftWords.of(alarms);
    }

    Quantity with(String newWords, @Nullable AlarmEffect effect) {
      return new Quantity(
          name,
          kind,
          call,
          newWords,
          values,
          independent,
          reference,
          now,
          moved,
          widening,
          factor,
          kolmogorovSmirnov,
          stabilityIndex,
          cramersV,
          changes,
          comparisons,
          effect,
          picture);
    }
  }

  /** What becomes of alarms if a drift is undone. */
  public enum Change {
    /** With the drift there are more alarms. */
    MORE,
    /** With the drift there are fewer. */
    FEWER,
    NONE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Shares of the same rows, with the drift and without it.
   *
   * @param rows scored anew
   */
  public record AlarmEffect(
      Change change,
      int rows,
      double alarms,
      double alarmsWithout,
      double unscorable,
      double unscorableWithout) {}

  /** How observed alarms compare with the promise. */
  public enum Promise {
    MORE,
    KEPT,
    FEWER,
    UNKNOWN;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param promised false-alarm rate of the threshold in force
   * @param promisedAtMost its upper bound
   * @param rate alarms among rows with a verdict; null if there is none
   * @param low of the 95 % interval
   * @param withoutDrifts what is left if all drifts of columns are undone; null if there is none
   */
  public record Alarms(
      double promised,
      double promisedAtMost,
      long alarms,
      long judged,
      long unscorable,
      @Nullable Double rate,
      double low,
      double high,
      Promise promise,
      @Nullable AlarmEffect withoutDrifts) {

    Alarms without(AlarmEffect effect) {
      return new Alarms(
          promised, promisedAtMost, alarms, judged, unscorable, rate, low, high, promise, effect);
    }
  }

  /**
   * Reference beside now, to be drawn.
   *
   * @param edges of bins, one more than shares; empty if {@code names} are there
   */
  public record Picture(double[] edges, List<String> names, double[] reference, double[] now) {}
}
