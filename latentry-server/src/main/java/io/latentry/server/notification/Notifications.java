package io.latentry.server.notification;

import io.latentry.server.registry.Audit;
import io.latentry.server.registry.Registry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How the receivers do, and a message to see whether it arrives. Thread-safe. */
public final class Notifications {
  private final Destinations destinations;
  private final Delivery delivery;
  private final Registry registry;

  /**
   * A receiver.
   *
   * @param waiting messages that it does not have yet
   * @param sent since the start of the service; likewise {@code failed} tries and what was {@code
   *     dropped}
   */
  public record Receiver(
      String name, String type, long waiting, long sent, long failed, long dropped) {}

  public Notifications(Destinations destinations, Delivery delivery, Registry registry) {
    this.destinations = destinations;
    this.delivery = delivery;
    this.registry = registry;
  }

  /** Every receiver, in the order of its file. */
  public List<Receiver> receivers() {
    Map<String, Long> waiting = registry.outbox().waiting();
    Map<String, Delivery.Counts> counts = delivery.counts();
    return destinations.names().stream()
        .map(
            name -> {
              Delivery.Counts of = counts.getOrDefault(name, new Delivery.Counts(0, 0, 0));
              return new Receiver(
                  name,
                  destinations.destination(name).type(),
                  waiting.getOrDefault(name, 0L),
                  of.sent(),
                  of.failed(),
                  of.dropped());
            })
        .toList();
  }

  /**
   * Sends every receiver a message at once, and says what became of it.
   *
   * @param by who asks, for the audit
   */
  public List<Delivery.Outcome> test(String by) {
    List<Delivery.Outcome> outcomes = delivery.test(by);
    registry
        .audit()
        .note(
            Audit.SERVICE,
            0,
            "notification_test",
            by,
            outcomes.stream()
                .map(outcome -> outcome.destination() + (outcome.sent() ? " sent" : " failed"))
                .collect(Collectors.joining(", ")));
    return outcomes;
  }
}
