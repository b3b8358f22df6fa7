package io.latentry.pipeline.drift;

import io.latentry.pipeline.drift.DriftOutcome.AlarmEffect;
import io.latentry.pipeline.drift.DriftOutcome.Alarms;
import io.latentry.pipeline.drift.DriftOutcome.Aspect;
import io.latentry.pipeline.drift.DriftOutcome.Call;
import io.latentry.pipeline.drift.DriftOutcome.Change;
import io.latentry.pipeline.drift.DriftOutcome.Comparison;
import io.latentry.pipeline.drift.DriftOutcome.Kind;
import io.latentry.pipeline.drift.DriftOutcome.Quantity;
import io.latentry.pipeline.drift.DriftOutcome.Unit;
import io.latentry.pipeline.drift.DriftOutcome.ValueShare;
import io.latentry.pipeline.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Drifts as people say them. */
final class DriftWords {
  /** Of a change, what must be a move for it to be told as one. */
  private static final double MOSTLY = 0.6;

  /** Times the share of new values up to which they are all that a mix tells. */
  private static final double MOSTLY_NEW = 1.25;

  private static final double WIDER = 1.25;
  private static final int MOST_VALUES = 3;

  private DriftWords() {}

  /** What a quantity did, without its name; empty if it did nothing. */
  static String of(Quantity quantity) {
    if (quantity.call() == Call.TOO_FEW_ROWS && quantity.independent() >= DriftStudy.FEWEST_ROWS) {
      return "too few normal values to compare with (expected: at least %s, of more than one value)"
          .formatted(Figures.count(DriftStudy.FEWEST_REFERENCE));
    }
    if (quantity.call() == Call.TOO_FEW_ROWS) {
      return "too few rows to tell (%s values, worth %s independent ones; expected: at least %s)"
          .formatted(
              Figures.count(quantity.values()),
              Figures.count((long) quantity.independent()),
              Figures.count(DriftStudy.FEWEST_ROWS));
    }
    List<String> words = new ArrayList<>();
    for (Comparison comparison : quantity.comparisons()) {
      if (comparison.called() && !isToldByNewValues(quantity, comparison)) {
        words.add(words(quantity, comparison));
      }
    }
    return String.join("; ", words);
  }

  /** Whether a mix changed by hardly more than the values that are new in it. */
  private static boolean isToldByNewValues(Quantity quantity, Comparison mix) {
    return mix.aspect() == Aspect.VALUES
        && mix.unit() == Unit.SHARE
        && quantity.comparisons().stream()
            .anyMatch(
                c ->
                    c.aspect() == Aspect.NOVEL
                        && c.called()
                        && mix.effect() < MOSTLY_NEW * c.effect());
  }

  private static String words(Quantity quantity, Comparison comparison) {
    return switch (comparison.aspect()) {
      case VALUES -> values(quantity, comparison);
      case MISSING ->
          "is missing in %s of rows, normally in %s"
              .formatted(percent(quantity.now()), percent(quantity.reference()));
      case NOVEL -> novel(quantity, comparison);
      case SHARE ->
          "%s of rows, %s %s"
              .formatted(
                  percent(quantity.now()),
                  comparison.unit() == Unit.TIMES ? "promised" : "normally",
                  percent(quantity.reference()));
    };
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "not known" : Figures.percent(share);
  }

  private static String novel(Quantity quantity, Comparison comparison) {
    List<ValueShare> fresh =
        quantity.changes().stream().filter(ValueShare::isNew).limit(MOST_VALUES).toList();
    return fresh.isEmpty()
        ? "has a value that training never saw in %s of rows"
            .formatted(Figures.percent(comparison.effect()))
        : "has new values in %s of rows: %s"
            .formatted(
                Figures.percent(comparison.effect()),
                fresh.stream()
                    .map(v -> "'" + v.value() + "' " + Figures.percent(v.now()))
                    .collect(Collectors.joining(", ")));
  }

  private static String values(Quantity quantity, Comparison comparison) {
    Double moved = quantity.moved();
    Double widening = quantity.widening();
    Double factor = quantity.factor();
    if (moved == null || widening == null) {
      return "has another mix: %s of rows would have to change (%s)"
          .formatted(
              Figures.percent(comparison.effect()),
              quantity.changes().stream()
                  .limit(MOST_VALUES)
                  .map(
                      v ->
                          "'%s' %s, normally %s"
                              .formatted(
                                  v.value(),
                                  Figures.percent(v.now()),
                                  Figures.percent(v.reference())))
                  .collect(Collectors.joining("; ")));
    }
    String distance = rounded(Math.abs(moved));
    if (factor != null) {
      return "is about %s times its normal values, as after a change of unit"
          .formatted(rounded(factor));
    }
    if (Math.abs(moved) >= MOSTLY * comparison.effect()) {
      return "moved %s by %s of its normal spread%s"
          .formatted(
              moved > 0 ? "up" : "down",
              distance,
              isWider(widening) ? " and spreads " + times(widening) : "");
    }
    return isWider(widening)
        ? "spreads " + times(widening)
        : "has another shape, %s of its normal spread away".formatted(rounded(comparison.effect()));
  }

  private static boolean isWider(double widening) {
    return widening >= WIDER || widening <= 1 / WIDER;
  }

  private static String times(double widening) {
    return rounded(widening) + " times as wide as normal";
  }

  /** Two digits that mean something. */
  private static String rounded(double value) {
    double unit = Math.pow(10, Math.floor(Math.log10(Math.max(1e-9, Math.abs(value)))) - 1);
    return Figures.of(Math.rint(value / unit) * unit);
  }

  /** What a drift does to alarms. */
  static String of(AlarmEffect effect) {
    String alarms =
        effect.change() == Change.NONE
            ? "changes no alarms"
            : "alarms %s, %s without it"
                .formatted(
                    Figures.percent(effect.alarms()), Figures.percent(effect.alarmsWithout()));
    return effect.unscorable() - effect.unscorableWithout() < DriftStudy.LEAST_SHARE
        ? alarms
        : "%s; no verdict on %s of rows, %s without it"
            .formatted(
                alarms,
                Figures.percent(effect.unscorable()),
                Figures.percent(effect.unscorableWithout()));
  }

  /** The observed rate against the promised one. */
  static String of(Alarms alarms) {
    Double rate = alarms.rate();
    if (rate == null) {
      return "No row has a verdict.";
    }
    return "Alarms %s of rows (%s to %s), promised %s, at most %s: %s."
        .formatted(
            Figures.percent(rate),
            Figures.percent(alarms.low()),
            Figures.percent(alarms.high()),
            Figures.percent(alarms.promised()),
            Figures.percent(alarms.promisedAtMost()),
            switch (alarms.promise()) {
              case MORE -> "more than promised";
              case KEPT -> "as promised";
              case FEWER -> "fewer than promised";
              case UNKNOWN -> "too few rows to tell";
            });
  }

  /** The whole in one or two sentences. */
  static String summary(Call call, List<Quantity> quantities, Alarms alarms, long rows) {
    if (call == Call.TOO_FEW_ROWS) {
      return "Too few rows to tell: %s. %s"
          .formatted(
              rows < DriftStudy.FEWEST_ROWS
                  ? "%s (expected: at least %s)"
                      .formatted(Figures.count(rows), Figures.count(DriftStudy.FEWEST_ROWS))
                  : "%s rows follow each other so closely that they are worth fewer than %s"
                      .formatted(Figures.count(rows), Figures.count(DriftStudy.FEWEST_ROWS)),
              of(alarms));
    }
    List<Quantity> drifted = quantities.stream().filter(q -> q.call() == Call.DRIFT).toList();
    if (drifted.isEmpty()) {
      return "No drift in %s rows. %s".formatted(Figures.count(rows), of(alarms));
    }
    long columns = drifted.stream().filter(q -> q.kind() == Kind.COLUMN).count();
    AlarmEffect without = alarms.withoutDrifts();
    return "%s %s%s"
        .formatted(
            columns == 0
                ? "No column drifted by itself, but %s did: what changed is how the columns go together, or where no comparison looks."
                    .formatted(
                        drifted.stream().map(Quantity::name).collect(Collectors.joining(", ")))
                : "Drift in %s of %s columns."
                    .formatted(
                        Figures.count(columns),
                        Figures.count(
                            quantities.stream().filter(q -> q.kind() == Kind.COLUMN).count())),
            of(alarms),
            without == null
                ? ""
                : without.change() == Change.NONE
                    ? " The drifts of the columns change no alarms."
                    : " Without the drifts of the columns %s."
                        .formatted(Figures.percent(without.alarmsWithout())));
  }
}
