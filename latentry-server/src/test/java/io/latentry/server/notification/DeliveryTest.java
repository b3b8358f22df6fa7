package io.latentry.server.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.registry.Databases;
import io.latentry.server.registry.Outbox;
import io.latentry.server.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the outbox to a receiver that may be down, by processes that may die. */
final class DeliveryTest {
  @TempDir Path folder;
  private final MovedClock clock = new MovedClock();
  private final List<Delivery.Event> told = new ArrayList<>();
  private Receiver receiver;

  @BeforeEach
  void open() throws IOException {
    receiver = new Receiver();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private Destinations destinations(String type) throws IOException {
    return Destinations.read(
        Files.writeString(
            folder.resolve("destinations.yaml"),
            "destinations:\n- {name: a, type: " + type + ", url: \"" + receiver.url() + "\"}\n"),
        Map.of());
  }

  private Delivery delivery(Outbox outbox) throws IOException {
    return new Delivery(destinations("webhook"), outbox, clock, told::add);
  }

  private Outbox outbox(Databases databases) {
    return Registry.open(databases.fresh(folder), Clock.systemUTC()).outbox();
  }

  private Notice notice(String name) {
    return new Notice(
        "watch/" + name + "/surge",
        Notice.Kind.SURGE,
        Notice.Phase.BEGINS,
        name,
        1,
        null,
        null,
        null,
        clock.instant().toString(),
        null,
        "Many.",
        Map.of());
  }

  private void begin(Outbox outbox, Notice notice) {
    outbox.begin(
        new Outbox.Alert(
            notice.key(), notice.model(), Instant.parse(notice.startsAt()), notice.toJson()),
        notice.id(),
        List.of("a"),
        clock.instant());
  }

  private void end(Outbox outbox, Notice notice) {
    Notice over = notice.over(clock.instant().toString(), "Few.", Map.of());
    outbox.end(over.key(), over.id(), over.toJson(), List.of("a"), clock.instant());
  }

  @ParameterizedTest
  @EnumSource
  void whatAReceiverDoesNotTakeIsSentAgainLaterAndLaterAndInOrder(Databases databases)
      throws IOException {
    Outbox outbox = outbox(databases);
    Delivery delivery = delivery(outbox);
    receiver.answer(500, 503, 429);
    Notice pump = notice("pump");
    begin(outbox, pump);
    begin(outbox, pump);
    end(outbox, pump);

    List<Long> triedAt = new ArrayList<>();
    for (int second = 0; second < 120; second++) {
      int before = receiver.got().size();
      delivery.deliverDue("a");
      for (int i = before; i < receiver.got().size(); i++) {
        triedAt.add((long) second);
      }
      clock.pass(Duration.ofSeconds(1));
    }

    assertThat(triedAt).containsExactly(0L, 5L, 15L, 35L, 35L);
    assertThat(receiver.taken())
        .extracting(got -> got.json().get("status").asText())
        .containsExactly("firing", "resolved");
    assertThat(receiver.got())
        .extracting(got -> got.headers().get("Latentry-Event-Id"))
        .startsWith(pump.id(), pump.id(), pump.id(), pump.id());
    assertThat(outbox.waiting()).isEmpty();
    assertThat(delivery.counts().get("a")).isEqualTo(new Delivery.Counts(2, 3, 0));
    assertThat(told)
        .containsExactly(
            new Delivery.Event("a", false, "status 500", 1), new Delivery.Event("a", true, "", 3));
  }

  @ParameterizedTest
  @EnumSource
  void whatWaitsOutlivesTheProcessAndIsSentOnce(Databases databases) throws IOException {
    Outbox outbox = outbox(databases);
    receiver.usually(503);
    for (int i = 0; i < 5; i++) {
      begin(outbox, notice("m" + i));
    }
    Delivery dying = delivery(outbox);
    dying.deliverDue("a");
    dying.close();
    assertThat(outbox.waiting()).containsEntry("a", 5L);

    receiver.usually(200);
    clock.pass(Duration.ofMinutes(10));
    Delivery next = delivery(outbox);
    next.deliverDue("a");
    next.deliverDue("a");

    assertThat(receiver.taken())
        .extracting(got -> got.json().at("/event/model").asText())
        .containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "m4");
  }

  @ParameterizedTest
  @EnumSource
  void whoTookAMessageAndDiedLeavesItToTheNextWhenTheLeaseIsOver(Databases databases)
      throws IOException {
    Outbox outbox = outbox(databases);
    begin(outbox, notice("pump"));
    Instant now = clock.instant();
    assertThat(outbox.take("a", "dead", now, now.plus(Duration.ofMinutes(2)))).isPresent();
    Delivery other = delivery(outbox);

    other.deliverDue("a");
    assertThat(receiver.got()).isEmpty();
    clock.pass(Duration.ofMinutes(2));
    other.deliverDue("a");
    assertThat(receiver.taken()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void severalProcessesShareAnOutboxAndSendEachMessageOnce(Databases databases) throws Exception {
    Outbox outbox = outbox(databases);
    for (int i = 0; i < 30; i++) {
      begin(outbox, notice("m" + i));
    }
    List<Thread> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Delivery delivery = delivery(outbox);
      processes.add(new Thread(() -> delivery.deliverDue("a")));
    }
    processes.forEach(Thread::start);
    for (Thread process : processes) {
      process.join();
    }
    assertThat(receiver.taken())
        .extracting(got -> got.json().at("/event/model").asText())
        .hasSize(30)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeToldForADayIsGivenUpAndSaid(Databases databases) throws IOException {
    Outbox outbox = outbox(databases);
    receiver.usually(503);
    Delivery delivery = delivery(outbox);
    begin(outbox, notice("pump"));
    for (int minutes = 0; minutes <= 25 * 60; minutes += 30) {
      delivery.deliverDue("a");
      clock.pass(Duration.ofMinutes(30));
    }
    assertThat(outbox.waiting()).isEmpty();
    assertThat(delivery.counts().get("a").dropped()).isEqualTo(1);
    assertThat(told).contains(new Delivery.Event("a", false, "given up: 1 messages", 1));
    assertThat(delivery.counts().get("a").failed()).isGreaterThan(40);
  }

  @ParameterizedTest
  @EnumSource(names = "SQLITE")
  void aReceiverThatIsDownIsLoggedOnceInTenMinutes(Databases databases) throws IOException {
    Outbox outbox = outbox(databases);
    receiver.usually(503);
    Delivery delivery = delivery(outbox);
    begin(outbox, notice("pump"));
    begin(outbox, notice("press"));
    for (int second = 0; second < 3_600; second += 10) {
      delivery.deliverDue("a");
      clock.pass(Duration.ofSeconds(10));
    }
    assertThat(delivery.counts().get("a").failed()).isGreaterThan(20);
    assertThat(told.size()).isBetween(5, 6);
  }

  @ParameterizedTest
  @EnumSource
  void ofTooManyTheOldestAreGivenUpAndReceiversThatAreGoneGetNothing(Databases databases) {
    Outbox outbox = outbox(databases);
    for (int i = 0; i < 7; i++) {
      begin(outbox, notice("m" + i));
      clock.pass(Duration.ofSeconds(1));
    }
    Instant before = clock.instant().minus(Duration.ofHours(1));
    assertThat(outbox.drop(before, 5, Set.of("a"), clock.instant())).containsEntry("a", 2L);
    assertThat(
            outbox
                .take("a", "me", clock.instant(), clock.instant().plusSeconds(1))
                .map(message -> Notice.of(message.notice()).model()))
        .contains("m2");
    clock.pass(Duration.ofSeconds(2));
    assertThat(outbox.drop(before, 5, Set.of("b"), clock.instant())).containsEntry("a", 5L);
  }

  @ParameterizedTest
  @EnumSource
  void anEventThatWasSentIsNotSentAgainThoughItIsToldAnew(Databases databases) throws IOException {
    Outbox outbox = outbox(databases);
    Delivery delivery = delivery(outbox);
    Notice pump = notice("pump");
    begin(outbox, pump);
    delivery.deliverDue("a");
    end(outbox, pump);
    begin(outbox, pump);
    delivery.deliverDue("a");
    assertThat(receiver.taken())
        .extracting(got -> got.json().get("status").asText())
        .containsExactly("firing", "resolved");
  }

  @ParameterizedTest
  @EnumSource
  void aReceiverMayAskToBeLeftAlone(Databases databases) throws IOException {
    Outbox outbox = outbox(databases);
    Delivery delivery = delivery(outbox);
    receiver.asksToWait("600");
    receiver.answer(429);
    begin(outbox, notice("pump"));
    delivery.deliverDue("a");
    clock.pass(Duration.ofSeconds(599));
    delivery.deliverDue("a");
    assertThat(receiver.got()).hasSize(1);
    clock.pass(Duration.ofSeconds(1));
    delivery.deliverDue("a");
    assertThat(receiver.taken()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void anAlertThatHoldsIsSaidAgainToAlertmanagerEveryMinute(Databases databases)
      throws IOException {
    Outbox outbox = outbox(databases);
    Delivery delivery = new Delivery(destinations("alertmanager"), outbox, clock, told::add);
    Notice pump = notice("pump");
    begin(outbox, pump);
    for (int second = 0; second < 180; second += 10) {
      delivery.deliverDue("a");
      clock.pass(Duration.ofSeconds(10));
    }
    int held = receiver.got().size();
    assertThat(held).isEqualTo(4);
    assertThat(receiver.got().get(3).json().at("/0/endsAt").asText())
        .isGreaterThan(receiver.got().get(1).json().at("/0/endsAt").asText());
    end(outbox, pump);
    delivery.deliverDue("a");
    clock.pass(Duration.ofMinutes(5));
    delivery.deliverDue("a");
    assertThat(receiver.got()).hasSize(held + 1);
  }
}
