package io.latentry.server.serving;

import io.latentry.core.data.Samples;
import io.latentry.scoring.Judgements;
import java.util.List;

/**
 * Hears every verdict that a {@link ModelHost}'s callers are told, whoever asked for it, before the
 * caller does. It is called by many threads at once and must return quickly; what it throws is
 * dropped.
 */
public interface VerdictTap {
  /** Hears nothing. */
  VerdictTap NONE = (version, samples, judgements) -> {};

  /** Those that hear verdicts, one after the other. */
  static VerdictTap of(List<? extends VerdictTap> all) {
    List<VerdictTap> taps = List.copyOf(all);
    return (version, samples, judgements) ->
        taps.forEach(tap -> tap.judged(version, samples, judgements));
  }

  /**
   * A request got its verdicts.
   *
   * @param version as it stood when they came
   * @param samples the instance that {@link ModelLease#judge} was given
   * @param judgements as the caller is told them: of points of a series, smoothed and by the rule
   *     of alarms
   */
  void judged(ModelVersion version, Samples samples, Judgements judgements);
}
