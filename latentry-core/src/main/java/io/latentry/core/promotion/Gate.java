package io.latentry.core.promotion;

import io.latentry.core.promotion.Check.Outcome;
import io.latentry.core.promotion.ModelFigures.Alarms;
import io.latentry.core.promotion.ModelFigures.Found;
import io.latentry.core.promotion.ModelFigures.Health;
import io.latentry.core.promotion.ModelFigures.Sides;
import io.latentry.core.promotion.ModelFigures.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules that a challenger must pass. Pure: figures in, checks out. Every check says what it
 * found, what it was held to and what it could have seen; what cannot be told with so few rows
 * refuses as a failure does.
 */
public final class Gate {
  /** Names of checks that a kind of samples may have no meaning for. */
  public static final String COLUMNS = "columns";

  public static final String GOING_TOGETHER = "going_together";
  public static final String REPEATED = "repeated";
  public static final String PROMISE_FROZEN = "promise_frozen";
  public static final String RECALL_SHADOW_FROZEN = "recall_shadow_frozen";

  /** Checks whose gain is the reason for a promotion. */
  public static final String VALIDATION_LOSS = "validation_loss";

  static final String ALARM_VOLUME = "alarm_volume";

  /** So unlikely a distribution of p-values is no chance. */
  private static final double UNCALIBRATED = 1e-3;

  /** The challenger's units in use, of the champion's, at least. */
  private static final double LEAST_ACTIVE = 0.5;

  /** Whatever is promised: where alarms on half of all samples would be missed, nothing is told. */
  private static final double MOST_VISIBLE = 0.5;

  private static final int MOST_NAMED = 5;

  private final GateConfig config;
  private final Map<String, String> meaningless;

  public Gate(GateConfig config) {
    this(config, Map.of());
  }

  /**
   * @param meaningless checks that these samples have no meaning for, by name, with the reason as a
   *     sentence: nobody asks them, and the decision says why
   */
  public Gate(GateConfig config, Map<String, String> meaningless) {
    this.config = config;
    this.meaningless = Map.copyOf(meaningless);
  }

  /** Before a training. */
  public List<Check> check(DataFigures data) {
    List<Check> checks = new ArrayList<>();
    checks.add(rows(data));
    checks.add(
        share(
            "unscorable",
            data.unscorable(),
            data.rows(),
            config.mostUnscorable(),
            "%s of the rows cannot be judged (expected: at most %s); `latentry score` tells why"));
    checks.add(
        share(
            "champion_alarms",
            data.alarms(),
            data.judged(),
            config.mostAlarms(),
            "the champion alarms on %s of the rows (expected: at most %s); it does not know these"
                + " data, and cannot tell what of them is normal: fit anew on rows that are known"
                + " to be"));
    checks.add(
        share(
            "left_out",
            data.leftOut(),
            data.judged(),
            config.mostLeftOut(),
            "%s of the rows are left out as unclean (expected: at most %s); if they are normal now,"
                + " say so by --feedback with false-alarm, or take a later span"));
    checks.add(repeated(data));
    checks.add(
        new Check(
            COLUMNS,
            true,
            data.changes().isEmpty() ? Outcome.PASSED : Outcome.FAILED,
            data.changes().isEmpty()
                ? "No column changed by more than drift does."
                : sentence(
                    String.join("; ", data.changes())
                        + " (expected: columns as they were, but for drift); mend the data, or say"
                        + " that it is meant by --accept with the column's name"),
            Map.of("changed", (double) data.changes().size()),
            0.0,
            null));
    checks.add(
        new Check(
            GOING_TOGETHER,
            true,
            data.mixedUp().isEmpty() ? Outcome.PASSED : Outcome.FAILED,
            sentence(
                data.mixedUp()
                    .map(
                        words ->
                            words
                                + " (expected: columns that go together as they did); look whether"
                                + " columns were mixed up, or say that it is meant by --accept"
                                + " going-together")
                    .orElse("columns go together as they did, as far as scores show")),
            Map.of(),
            null,
            null));
    checks.add(drift(data));
    return checks.stream().map(this::asked).toList();
  }

  private Check asked(Check check) {
    String reason = meaningless.get(check.name());
    return reason == null
        ? check
        : new Check(check.name(), check.must(), Outcome.NOT_ASKED, reason, Map.of(), null, null);
  }

  /**
   * Where nothing moved, or the champion keeps its promise on what is normal now, another model can
   * only be as good.
   */
  private Check drift(DataFigures data) {
    List<String> moved = data.moved().orElse(List.of());
    double p = ExactTests.above(data.falseAlarms(), data.judged(), data.most());
    boolean asked = data.moved().isPresent();
    boolean kept = p > config.promiseLevel();
    String alarms =
        String.format(
            Locale.ROOT,
            "%,d of %,d rows are alarms of the champion that belong to the normal of now",
            data.falseAlarms(),
            data.judged());
    String named =
        moved.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
            + (moved.size() > MOST_NAMED ? " and " + (moved.size() - MOST_NAMED) + " more" : "");
    return new Check(
        "drift",
        true,
        !asked ? Outcome.NOT_ASKED : moved.isEmpty() || kept ? Outcome.FAILED : Outcome.PASSED,
        sentence(
            !asked
                ? "nobody asked whether anything drifted"
                : moved.isEmpty()
                    ? "rows without an alarm are as they were: no column and no score drifted"
                        + " (expected: a drift that a new model could learn); the champion stays,"
                        + " or say --accept no-drift"
                    : kept
                        ? alarms
                            + ", promised at most %s (expected: more, beyond chance); it keeps its promise and stays, though %s drifted, or say --accept no-drift"
                                .formatted(percent(data.most()), named)
                        : alarms
                            + ", promised at most %s; drifted: %s"
                                .formatted(percent(data.most()), named)),
        figures("drifted", moved.size(), "false_alarms", data.falseAlarms(), "p_value", p),
        data.most(),
        ExactTests.visibleRate(data.judged(), data.most(), config.promiseLevel()));
  }

  /** After it. */
  public List<Check> check(ModelFigures models) {
    return Stream.of(
            loss(models),
            promise("promise_recent", "recent", models.recent(), true),
            promise(PROMISE_FROZEN, "old", models.frozen(), config.oldMatters()),
            recall(
                "recall_shadow_recent",
                "synthetic anomalies of recent normals, at as many false alarms,",
                models.recentShadow(),
                config.recallMargin(),
                false,
                true),
            recall(
                RECALL_SHADOW_FROZEN,
                "synthetic anomalies of old normals",
                models.frozenShadow(),
                config.oldRecallMargin(),
                false,
                config.oldMatters()),
            recall("recall_confirmed", "confirmed anomalies", models.confirmed(), 0, true, true),
            volume(models.volume()),
            calibration(models.pValues()),
            health(models.health()),
            ratio("file_size", "bytes", models.sizeRatio(), config.mostSize()),
            ratio("scoring_time", "scoring time", models.timeRatio(), config.mostTime()),
            agreement(models.sides()))
        .map(this::asked)
        .toList();
  }

  private Check rows(DataFigures data) {
    int least = Math.max(config.leastRows(), data.needed());
    boolean enough = data.kept() >= least;
    return new Check(
        "rows",
        true,
        enough ? Outcome.PASSED : Outcome.TOO_FEW_ROWS,
        sentence(
            enough
                ? String.format(Locale.ROOT, "%,d normal rows to learn from", data.kept())
                : String.format(
                    Locale.ROOT,
                    "%,d normal rows to learn from (expected: at least %,d); take a longer span, or"
                        + " wait",
                    data.kept(),
                    least)),
        Map.of("rows", (double) data.kept()),
        (double) least,
        null);
  }

  private static Check share(String name, long hits, long of, double most, String refusal) {
    double share = of == 0 ? 0 : (double) hits / of;
    boolean within = share <= most;
    return new Check(
        name,
        true,
        within ? Outcome.PASSED : Outcome.FAILED,
        sentence(
            within
                ? String.format(
                    Locale.ROOT,
                    "%s: %s of %,d rows, at most %s expected",
                    name.replace('_', ' '),
                    percent(share),
                    of,
                    percent(most))
                : String.format(Locale.ROOT, refusal, percent(share), percent(most))),
        figures("rows", of, "hits", hits, "share", share),
        most,
        null);
  }

  private Check repeated(DataFigures data) {
    if (data.repeated().isEmpty()) {
      return new Check(
          REPEATED,
          true,
          Outcome.NOT_ASKED,
          "Normal rows of this model repeat anyway, so that copies tell nothing.",
          Map.of(),
          null,
          null);
    }
    return share(
        REPEATED,
        data.repeated().get(),
        data.rows(),
        config.mostRepeated(),
        "%s of the rows are copies of earlier ones (expected: at most %s, since normal rows hardly"
            + " repeat); look whether a day was delivered twice");
  }

  private Check loss(ModelFigures models) {
    PairedGain gain =
        PairedGain.of(models.championLoss(), models.challengerLoss(), config.lossLevel());
    double relative = gain.spread() > 0 ? gain.mean() / gain.spread() : gain.mean() > 0 ? 1 : 0;
    boolean better = gain.pValue() <= config.lossLevel() && relative >= config.leastGain();
    return new Check(
        VALIDATION_LOSS,
        true,
        better ? Outcome.PASSED : Outcome.FAILED,
        sentence(
            String.format(
                Locale.ROOT,
                better
                    ? "the loss on %,d recent rows fell by %s nats a row (p %s), beyond noise"
                    : "the loss on %,d recent rows fell by %s nats a row (p %s; expected: a gain"
                        + " beyond noise); the champion knows these rows as well, and stays",
                models.championLoss().length,
                number(gain.mean()),
                number(gain.pValue()))),
        figures(
            "rows",
            models.championLoss().length,
            "champion",
            mean(models.championLoss()),
            "challenger",
            mean(models.challengerLoss()),
            "gain",
            gain.mean(),
            "spread",
            gain.spread(),
            "p_value",
            gain.pValue()),
        config.lossLevel(),
        Double.isFinite(gain.visible()) ? gain.visible() : null);
  }

  private Check promise(String name, String which, Alarms alarms, boolean must) {
    double p = ExactTests.above(alarms.alarms(), alarms.rows(), alarms.most());
    double visible = ExactTests.visibleRate(alarms.rows(), alarms.most(), config.promiseLevel());
    boolean broken = p <= config.promiseLevel();
    boolean coarse = visible > Math.min(config.coarsest() * alarms.most(), MOST_VISIBLE);
    String counted =
        String.format(
            Locale.ROOT,
            "the challenger alarms on %,d of %,d %s normals",
            alarms.alarms(),
            alarms.rows(),
            which);
    return new Check(
        name,
        must,
        broken ? Outcome.FAILED : coarse ? Outcome.TOO_FEW_ROWS : Outcome.PASSED,
        sentence(
            broken
                ? counted
                    + " (expected: at most %s, exact p %s)"
                        .formatted(percent(alarms.most()), number(p))
                : coarse
                    ? "too few %s normals to tell whether the promise holds: a rate below %s would be missed among %,d (expected: at most %s)"
                        .formatted(which, percent(visible), alarms.rows(), percent(alarms.most()))
                    : counted + ", promised at most " + percent(alarms.most())),
        figures("alarms", alarms.alarms(), "rows", alarms.rows(), "p_value", p),
        alarms.most(),
        visible);
  }

  /**
   * @param all whether one lost, net, is one too many though no test can tell
   */
  private Check recall(
      String name, String what, Found found, double margin, boolean all, boolean must) {
    if (found.anomalies() == 0) {
      return new Check(
          name,
          must,
          Outcome.NOT_ASKED,
          sentence("no " + what + " to look for"),
          figures("anomalies", 0),
          null,
          null);
    }
    double p = ExactTests.lost(found.champion(), found.challenger());
    double lower = (double) (found.champion() - found.challenger()) / found.anomalies();
    boolean worse = p <= config.recallLevel() && lower > margin;
    boolean untold = all && !worse && lower > 0;
    String counted =
        String.format(
            Locale.ROOT,
            "of %,d %s the challenger finds %s and the champion %s",
            found.anomalies(),
            what,
            percent(found.challengerRecall()),
            percent(found.championRecall()));
    return new Check(
        name,
        must,
        worse ? Outcome.FAILED : untold ? Outcome.TOO_FEW_ROWS : Outcome.PASSED,
        sentence(
            worse
                ? counted + " (expected: not fewer, exact p %s)".formatted(number(p))
                : untold
                    ? counted
                        + " (expected: not fewer); too few to tell whether that is chance (exact p %s)"
                            .formatted(number(p))
                    : counted),
        figures(
            "anomalies",
            found.anomalies(),
            "champion_alone",
            found.champion(),
            "challenger_alone",
            found.challenger(),
            "champion_recall",
            found.championRecall(),
            "challenger_recall",
            found.challengerRecall(),
            "p_value",
            p),
        margin,
        Math.max(margin, (double) ExactTests.fewestLost(config.recallLevel()) / found.anomalies()));
  }

  private Check volume(Volume volume) {
    boolean within = volume.challenger() <= volume.budget();
    return new Check(
        ALARM_VOLUME,
        true,
        within ? Outcome.PASSED : Outcome.FAILED,
        sentence(
            String.format(
                Locale.ROOT,
                within
                    ? "over %,d rows%s the challenger alarms %,d times, the champion %,d times, at"
                        + " most %,d wanted"
                    : "over %,d rows%s the challenger alarms %,d times, the champion %,d times"
                        + " (expected: at most %,d)",
                volume.rows(),
                volume.looked() == volume.rows()
                    ? ""
                    : String.format(Locale.ROOT, ", scaled from %,d of them,", volume.looked()),
                volume.challenger(),
                volume.champion(),
                (long) volume.budget())),
        figures(
            "rows",
            volume.rows(),
            "looked_at",
            volume.looked(),
            "champion",
            volume.champion(),
            "challenger",
            volume.challenger()),
        volume.budget(),
        null);
  }

  /** Small p-values must not come more often than they say: Kolmogorov and Smirnov, one-sided. */
  private static Check calibration(double[] pValues) {
    double[] sorted = pValues.clone();
    Arrays.sort(sorted);
    double most = 0;
    for (int i = 0; i < sorted.length; i++) {
      most = Math.max(most, (i + 1.0) / sorted.length - sorted[i]);
    }
    double chance = sorted.length == 0 ? 1 : Math.exp(-2 * sorted.length * most * most);
    boolean kept = chance > UNCALIBRATED;
    double visible =
        sorted.length == 0 ? 1 : Math.sqrt(-Math.log(UNCALIBRATED) / 2 / sorted.length);
    return new Check(
        "calibration",
        true,
        kept ? Outcome.PASSED : Outcome.FAILED,
        sentence(
            kept
                ? String.format(
                    Locale.ROOT,
                    "p-values of %,d recent normals come as often as they say, within %s",
                    sorted.length,
                    percent(most))
                : String.format(
                    Locale.ROOT,
                    "small p-values of %,d recent normals come more often than they say, by up to"
                        + " %s of rows (expected: no more than chance, %s)",
                    sorted.length,
                    percent(most),
                    percent(visible))),
        figures("rows", sorted.length, "excess", most, "p_value", chance),
        visible,
        visible);
  }

  private static Check health(Health health) {
    boolean well = health.healthy() && health.active() >= LEAST_ACTIVE * health.championActive();
    return new Check(
        "latent_health",
        true,
        well ? Outcome.PASSED : Outcome.FAILED,
        sentence(
            "the challenger uses %s latent units, the champion %s%s"
                .formatted(
                    number(health.active()),
                    number(health.championActive()),
                    well
                        ? ""
                        : " (expected: a healthy model with at least half as many)"
                            + (health.finding().isEmpty() ? "" : "; " + health.finding()))),
        figures("active", health.active(), "champion_active", health.championActive()),
        LEAST_ACTIVE * health.championActive(),
        null);
  }

  private static Check ratio(String name, String what, double ratio, double most) {
    boolean within = ratio <= most;
    return new Check(
        name,
        true,
        within ? Outcome.PASSED : Outcome.FAILED,
        sentence(
            "the challenger's %s: %s times the champion's (expected: at most %s)"
                .formatted(what, number(ratio), number(most))),
        Map.of("ratio", ratio),
        most,
        null);
  }

  /** Told, never judged: the other checks say whether a change of sides is for the better. */
  private static Check agreement(Sides sides) {
    return new Check(
        "agreement",
        false,
        Outcome.PASSED,
        sentence(
            String.format(
                Locale.ROOT,
                "of %,d rows %,d have an alarm no more and %,d have a new one%s",
                sides.rows(),
                sides.lost(),
                sides.gained(),
                sides.groups().isEmpty() ? "" : ": " + String.join("; ", sides.groups()))),
        figures("rows", sides.rows(), "gone", sides.lost(), "new", sides.gained()),
        null,
        null);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
  }

  private static Map<String, Double> figures(Object... namesAndValues) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      figures.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).doubleValue());
    }
    return figures;
  }

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0))
        + words.substring(1)
        + (words.endsWith(".") ? "" : ".");
  }

  private static String percent(double share) {
    return number(100 * share) + " %";
  }

  /** Three digits that mean something. */
  private static String number(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : "unknown";
    }
    if (Math.abs(value) < 1e-3) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(Math.abs(value))));
    String fixed = String.format(Locale.ROOT, "%,." + digits + "f", value);
    return fixed.contains(".") ? fixed.replaceAll("0+$", "").replaceAll("\\.$", "") : fixed;
  }
}
