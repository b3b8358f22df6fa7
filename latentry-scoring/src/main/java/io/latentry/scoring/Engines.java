package io.latentry.scoring;

import io.latentry.core.graph.Output;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The engines of one artifact: one for verdicts, and others as they are asked for, each of which
 * computes nothing but what it was loaded for. An engine is native memory, and there are many sets
 * of outputs: when {@value #MOST} are loaded, the last of them, which computes all that verdicts do
 * not need, answers for every further set. Thread-safe.
 *
 * @param <E> an engine
 */
final class Engines<E> {
  /** Verdicts, the few sets that one kind of caller asks for, and the one for all others. */
  static final int MOST = 6;

  private final Set<Output> verdict;
  private final EnumSet<Output> beyondVerdict;
  private final Function<Set<Output>, E> load;
  private final Map<Set<Output>, E> loaded = new ConcurrentHashMap<>();

  /**
   * @param outputs of the artifact
   * @param verdict those of them that a verdict is made of
   * @param load makes an engine that computes these outputs
   */
  Engines(Set<Output> outputs, Set<Output> verdict, Function<Set<Output>, E> load) {
    this.verdict = verdict;
    this.beyondVerdict = EnumSet.copyOf(outputs);
    this.beyondVerdict.removeAll(verdict);
    this.load = load;
  }

  /**
   * An engine that computes {@code asked}, and perhaps more.
   *
   * @param asked those of a verdict, or outputs of which none is among them
   */
  E computing(Set<Output> asked) {
    E engine = loaded.get(asked);
    return engine != null ? engine : add(asked);
  }

  private synchronized E add(Set<Output> asked) {
    // Verdicts, which the probes ask for first, always have an engine of their own.
    boolean fits = asked.equals(verdict) || loaded.size() < MOST - 1;
    return loaded.computeIfAbsent(fits ? EnumSet.copyOf(asked) : beyondVerdict, load);
  }

  Collection<E> loaded() {
    return loaded.values();
  }

  /** Forgets what is loaded, and returns it to be closed; no call may be under way. */
  synchronized Collection<E> unload() {
    List<E> unloaded = List.copyOf(loaded.values());
    loaded.clear();
    return unloaded;
  }
}
