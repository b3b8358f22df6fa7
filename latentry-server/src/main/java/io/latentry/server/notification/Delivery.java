package io.latentry.server.notification;

import io.latentry.core.fault.FaultWords;
import io.latentry.server.registry.Outbox;
import io.latentry.server.registry.Outbox.Message;
import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Empties the outbox: each receiver has a thread of its own, so that a slow one holds up no other.
 * Thread-safe.
 *
 * <p>What a receiver does not take is sent again after {@link #FIRST_PAUSE}, twice as long each
 * time up to {@link #LONGEST_PAUSE}, for {@link #KEPT}; then it is given up, which is counted and
 * logged. A message is sent once, but for one case: the process dies, or hears no answer in time,
 * when the receiver has it already. It is sent again then, under the same id.
 */
public final class Delivery implements AutoCloseable {
  /** For so long a message is tried, and an id is not told twice. */
  static final Duration KEPT = Duration.ofHours(24);

  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** Messages that may wait for one receiver; beyond, the oldest are given up. */
  static final int MOST_WAITING = 10_000;

  /** Longer than any receiver may take. */
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration REFRESHED_EVERY = Duration.ofMinutes(1);
  private static final Duration CLEANED_EVERY = Duration.ofMinutes(1);
  private static final Duration TOLD_EVERY = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 1_000;
  private static final long LAST_PATIENCE_MILLIS = 2_000;

  private final String owner = UUID.randomUUID().toString().replace("-", "");
  private final Destinations destinations;
  private final Outbox outbox;
  private final Clock clock;
  private final Consumer<Event> tell;
  private final Map<String, State> states = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Semaphore news = new Semaphore(0);
  private volatile boolean closed;
  private Instant cleanedAt = Instant.MIN;

  /** What the operator hears: seldom, and never with an address or a secret. */
  public record Event(String destination, boolean works, String reason, long failures) {}

  /** What became of a message that was sent at once. */
  public record Outcome(String destination, String type, boolean sent, String reason) {}

  /** Counts since the start. */
  public record Counts(long sent, long failed, long dropped) {}

  private static final class State {
    final AtomicLong sent = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();
    volatile Instant restsUntil = Instant.MIN;
    volatile Instant refreshedAt = Instant.MIN;
    volatile Instant toldAt = Instant.MIN;
    final AtomicLong failuresInARow = new AtomicLong();
  }

  /**
   * @param tell hears when a receiver cannot be told, and when it can again
   */
  public Delivery(Destinations destinations, Outbox outbox, Clock clock, Consumer<Event> tell) {
    this.destinations = destinations;
    this.outbox = outbox;
    this.clock = clock;
    this.tell = tell;
    destinations.names().forEach(name -> states.put(name, new State()));
  }

  /** From now on the outbox is emptied without being asked. */
  public void start() {
    for (String name : states.keySet()) {
      Thread thread = new Thread(() -> deliverForever(name), "latentry-notify-" + name);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** There may be something new. */
  void wake() {
    if (news.availablePermits() == 0) {
      news.release(states.size());
    }
  }

  private void deliverForever(String name) {
    while (!closed) {
      try {
        deliverDue(name);
        boolean unused = news.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      } catch (RegistryException notNow) {
        // The store says elsewhere what is wrong with it; what waits is sent when it answers again.
        if (!rested()) {
          return;
        }
      }
    }
  }

  private static boolean rested() {
    try {
      Thread.sleep(FIRST_PAUSE.toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Sends a receiver what is due. */
  void deliverDue(String name) {
    clean();
    State state = state(name);
    while (!closed) {
      Instant now = clock.instant();
      if (now.isBefore(state.restsUntil)) {
        return;
      }
      Optional<Message> next =
          outbox.isDue(name, now)
              ? outbox.take(name, owner, now, now.plus(LEASE))
              : Optional.empty();
      if (next.isEmpty()) {
        refresh(name, state, now);
        return;
      }
      deliver(next.get(), state, now);
    }
  }

  private void deliver(Message message, State state, Instant now) {
    String name = message.destination();
    try {
      destinations.destination(name).send(Notice.of(message.notice()), message.id(), now);
    } catch (IOException e) {
      Duration pause = pause(message.attempts(), e);
      outbox.failed(message, owner, reason(e), now.plus(pause));
      failed(name, state, e, now);
      return;
    }
    outbox.sent(message, owner);
    state.sent.incrementAndGet();
    works(name, state);
  }

  private void refresh(String name, State state, Instant now) {
    if (now.isBefore(state.refreshedAt.plus(REFRESHED_EVERY))) {
      return;
    }
    state.refreshedAt = now;
    List<Notice> holding =
        outbox.alerts().stream()
            .map(alert -> Notice.of(alert.notice()))
            .filter(notice -> destinations.wants(name, notice))
            .toList();
    if (holding.isEmpty()) {
      return;
    }
    try {
      destinations.destination(name).refresh(holding, now);
    } catch (IOException e) {
      failed(name, state, e, now);
    }
  }

  private static Duration pause(int attempts, IOException e) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, 10));
    Duration usual = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    Optional<Duration> asked =
        e instanceof DeliveryException refused ? refused.retryAfter() : Optional.empty();
    return asked.filter(time -> time.compareTo(usual) > 0).orElse(usual);
  }

  private void failed(String name, State state, IOException e, Instant now) {
    state.failed.incrementAndGet();
    long failures = state.failuresInARow.incrementAndGet();
    // One that is down is not asked by each of the messages that wait for it.
    state.restsUntil = now.plus(FIRST_PAUSE);
    if (failures == 1 || !now.isBefore(state.toldAt.plus(TOLD_EVERY))) {
      state.toldAt = now;
      tell.accept(new Event(name, false, reason(e), failures));
    }
  }

  private void works(String name, State state) {
    long failures = state.failuresInARow.getAndSet(0);
    if (failures > 0) {
      tell.accept(new Event(name, true, "", failures));
    }
  }

  private static String reason(IOException e) {
    return FaultWords.of(e);
  }

  private synchronized void clean() {
    Instant now = clock.instant();
    if (now.isBefore(cleanedAt.plus(CLEANED_EVERY))) {
      return;
    }
    cleanedAt = now;
    outbox
        .drop(now.minus(KEPT), MOST_WAITING, Set.copyOf(destinations.names()), now)
        .forEach(
            (name, count) -> {
              State state = states.get(name);
              if (state != null) {
                state.dropped.addAndGet(count);
              }
              tell.accept(new Event(name, false, "given up: " + count + " messages", count));
            });
  }

  /**
   * Sends a message to every receiver at once, beside the outbox, to see whether it arrives.
   *
   * @param by who asks
   */
  public List<Outcome> test(String by) {
    Instant now = clock.instant();
    Notice notice =
        new Notice(
            "test/" + UUID.randomUUID(),
            Notice.Kind.TEST,
            Notice.Phase.BEGINS,
            "(none)",
            0,
            null,
            null,
            null,
            now.toString(),
            null,
            "A test of Latentry's notifications, asked for by " + by + ".",
            Map.of());
    return destinations.names().parallelStream().map(name -> test(name, notice, now)).toList();
  }

  private Outcome test(String name, Notice notice, Instant now) {
    Destination destination = destinations.destination(name);
    try {
      destination.send(notice, notice.id(), now);
      return new Outcome(name, destination.type(), true, "");
    } catch (IOException e) {
      return new Outcome(name, destination.type(), false, reason(e));
    }
  }

  /** By receiver. */
  public Map<String, Counts> counts() {
    Map<String, Counts> counts = new ConcurrentHashMap<>();
    states.forEach(
        (name, state) ->
            counts.put(
                name, new Counts(state.sent.get(), state.failed.get(), state.dropped.get())));
    return counts;
  }

  private State state(String name) {
    State state = states.get(name);
    if (state == null) {
      throw new IllegalStateException("destination: '" + name + "' is none");
    }
    return state;
  }

  /** What waits stays in the outbox. */
  @Override
  public void close() {
    closed = true;
    wake();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(LAST_PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
