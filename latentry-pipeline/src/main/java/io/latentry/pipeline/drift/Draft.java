package io.latentry.pipeline.drift;

import io.latentry.core.drift.CategoryShift;
import io.latentry.core.drift.Dependence;
import io.latentry.core.drift.NumericShift;
import io.latentry.pipeline.drift.DriftOutcome.Aspect;
import io.latentry.pipeline.drift.DriftOutcome.Call;
import io.latentry.pipeline.drift.DriftOutcome.Comparison;
import io.latentry.pipeline.drift.DriftOutcome.Kind;
import io.latentry.pipeline.drift.DriftOutcome.Picture;
import io.latentry.pipeline.drift.DriftOutcome.Quantity;
import io.latentry.pipeline.drift.DriftOutcome.Unit;
import io.latentry.pipeline.drift.DriftOutcome.ValueShare;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A quantity whose comparisons are made, but not called yet. */
final class Draft {
  private record Tested(Aspect aspect, Unit unit, double effect, double minimum, double pValue) {}

  private final String name;
  private final Kind kind;
  private final List<Tested> tested = new ArrayList<>();
  private Dependence dependence = Dependence.NONE;
  private boolean enough = true;
  private long values;
  private double independent;
  private @Nullable Double reference;
  private @Nullable Double now;
  private @Nullable NumericShift shift;
  private @Nullable CategoryShift mix;
  private List<ValueShare> changes = List.of();
  private @Nullable Picture picture;

  Draft(String name, Kind kind) {
    this.name = name;
    this.kind = kind;
  }

  /**
   * @param howMany that are there now
   * @param worth independent ones
   */
  Draft of(long howMany, double worth) {
    values = howMany;
    independent = worth;
    return this;
  }

  /** How the values of neighbours go together. */
  Draft together(Dependence found) {
    dependence = found;
    return this;
  }

  Dependence together() {
    return dependence;
  }

  /** The two shares that stand for a rate, or for missing values. */
  Draft shares(double before, double after) {
    reference = before;
    now = after;
    return this;
  }

  Draft tooFew() {
    enough = false;
    return this;
  }

  Draft shift(NumericShift found, Picture drawn) {
    shift = found;
    picture = drawn;
    return this;
  }

  Draft mix(CategoryShift found, List<ValueShare> changed, Picture drawn) {
    mix = found;
    changes = changed;
    picture = drawn;
    return this;
  }

  Draft compare(Aspect aspect, Unit unit, double effect, double minimum, double pValue) {
    tested.add(new Tested(aspect, unit, effect, minimum, pValue));
    return this;
  }

  List<Double> pValues() {
    return tested.stream().map(Tested::pValue).toList();
  }

  /**
   * @param adjusted of each comparison, in order
   */
  Quantity called(double[] adjusted, double falseDiscoveryRate) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < tested.size(); i++) {
      Tested one = tested.get(i);
      comparisons.add(
          new Comparison(
              one.aspect(),
              one.unit(),
              one.effect(),
              one.minimum(),
              one.pValue(),
              adjusted[i],
              adjusted[i] <= falseDiscoveryRate && one.effect() >= one.minimum()));
    }
    boolean drift = comparisons.stream().anyMatch(Comparison::called);
    Quantity quantity =
        new Quantity(
            name,
            kind,
            drift ? Call.DRIFT : enough ? Call.NONE : Call.TOO_FEW_ROWS,
            "",
            values,
            independent,
            reference,
            now,
            shift == null ? null : shift.moved(),
            shift == null ? null : shift.widening(),
            shift == null || kind != Kind.COLUMN || Double.isNaN(shift.factor())
                ? null
                : shift.factor(),
            shift == null ? null : shift.kolmogorovSmirnov(),
            shift == null ? null : shift.stabilityIndex(),
            mix == null ? null : mix.cramersV(),
            changes,
            comparisons,
            null,
            picture(comparisons));
    return quantity.with(DriftWords.of(quantity), null);
  }

  /** Of the values, or of those that lack if nothing else drifted. */
  private @Nullable Picture picture(List<Comparison> comparisons) {
    Double before = reference;
    Double after = now;
    boolean missingAlone =
        comparisons.stream().filter(Comparison::called).allMatch(c -> c.aspect() == Aspect.MISSING)
            && comparisons.stream().anyMatch(Comparison::called);
    return missingAlone && before != null && after != null
        ? new Picture(
            new double[0],
            List.of("a value", "missing"),
            new double[] {1 - before, before},
            new double[] {1 - after, after})
        : picture;
  }
}
