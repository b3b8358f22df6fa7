package io.latentry.core.monitoring;

/**
 * One comparison of what was seen with the normal rows of the fit.
 *
 * @param name a column, a term, {@code score}, a {@link LatentMean}, or {@code unscorable} of rows
 *     without a verdict
 * @param effect in {@code unit}; at least {@code minimum} if it matters
 * @param independent rows of now that it is worth
 * @param adjusted p-value over all comparisons of the look together
 * @param called whether it is both beyond chance and large enough
 * @param alarmsWithout what share of rows would be alarms if only this were as it used to be; NaN
 *     where that is not told
 * @param pages whether it is called, and changes the alarms by enough to look at it now or is of
 *     rows that nobody watches, since they have no verdict
 * @param words such as {@code moved up by 0.6 of its normal spread}; of latent means where no
 *     column drifted, a sentence of its own
 * @param course how it came about
 */
public record DriftFinding(
    String name,
    Quantity.Kind kind,
    Aspect aspect,
    Unit unit,
    double effect,
    double minimum,
    double independent,
    double pValue,
    double adjusted,
    boolean called,
    double alarmsWithout,
    boolean pages,
    String words,
    DriftCourse course) {

  /** What is compared. */
  public enum Aspect {
    VALUES,
    MISSING,
    NOVEL,
    /** Of rows without a verdict. */
    SHARE
  }

  /** What an effect is measured in. */
  public enum Unit {
    SPREADS,
    SHARE
  }

  DriftFinding adjusted(double p, double level, double alarmsNow, double leastChange) {
    boolean now = p <= level && effect >= minimum;
    boolean matters = aspect == Aspect.SHARE || Math.abs(alarmsNow - alarmsWithout) >= leastChange;
    return new DriftFinding(
        name,
        kind,
        aspect,
        unit,
        effect,
        minimum,
        independent,
        pValue,
        p,
        now,
        alarmsWithout,
        now && matters,
        words,
        course);
  }

  DriftFinding with(String otherWords) {
    return with(pages, otherWords, course);
  }

  /** Whether it is new to those who look: called, and not as in the week before. */
  public boolean isNews() {
    return called && course.shape() != DriftCourse.Shape.WEEKLY;
  }

  /** Whether both compare the same. */
  boolean isOf(DriftFinding other) {
    return name.equals(other.name) && kind == other.kind && aspect == other.aspect;
  }

  /** What comes and goes by the week pages nobody. */
  DriftFinding with(DriftCourse other) {
    return with(pages && other.shape() != DriftCourse.Shape.WEEKLY, words, other);
  }

  private DriftFinding with(boolean nowPages, String otherWords, DriftCourse other) {
    return new DriftFinding(
        name,
        kind,
        aspect,
        unit,
        effect,
        minimum,
        independent,
        pValue,
        adjusted,
        called,
        alarmsWithout,
        nowPages,
        otherWords,
        other);
  }
}
