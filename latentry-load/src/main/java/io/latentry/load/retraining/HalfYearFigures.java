package io.latentry.load.retraining;

import io.latentry.server.registry.RetrainingRun.State;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a simulation.
 *
 * @param days of a model, over all models
 * @param kept of them: the false alarms were within the promise, but for what one day in a hundred
 *     has by chance
 * @param moments at which each model was looked at
 * @param oneChampion of them: exactly one version was the champion, and the ledger says the same
 * @param normals rows; {@code falseAlarms} of them
 * @param found share of the anomalies that were found; {@code foundFirst} of those of the first 15
 *     days, {@code foundLast} of the last
 * @param runs retrainings by what became of them
 */
record HalfYearFigures(
    int models,
    long days,
    long kept,
    long moments,
    long oneChampion,
    long normals,
    long falseAlarms,
    double found,
    double foundFirst,
    double foundLast,
    long drifts,
    int restarts,
    int kills,
    int killedChildren,
    int clockJumps,
    Map<State, Integer> runs,
    double seconds) {

  double keptShare() {
    return (double) kept / days;
  }

  String words() {
    return String.format(
        Locale.ROOT,
        "%d models, %,d days of a model, %d drifts, %d restarts, %d kills, %d children killed, %d"
            + " jumps of the clock, in %.0f s%n"
            + "exactly one champion at %,d of %,d moments%n"
            + "false alarms within the promise on %,d of %,d days (%.1f %%); %.2f %% of %,d normal"
            + " rows%n"
            + "anomalies found: %.1f %%; %.1f %% in the first 15 days, %.1f %% in the last%n"
            + "retrainings: %s%n",
        models,
        days,
        drifts,
        restarts,
        kills,
        killedChildren,
        clockJumps,
        seconds,
        oneChampion,
        moments,
        kept,
        days,
        100 * keptShare(),
        100.0 * falseAlarms / normals,
        normals,
        100 * found,
        100 * foundFirst,
        100 * foundLast,
        runs);
  }
}
