package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.oip.EveryDoor.Answer;
import io.latentry.server.oip.EveryDoor.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More rows than may wait. */
final class FullQueueTest {
  private static final int REQUESTS_AT_A_TIME = 60;
  private static final int MOST_ROUNDS = 20;

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void whatHasNoRoomIsRefusedAsBusyAndTheRestIsAnsweredRightly(Protocol protocol) throws Exception {
    String answered = protocol == Protocol.GRPC ? "OK" : "200";
    String busy = protocol == Protocol.GRPC ? "RESOURCE_EXHAUSTED" : "429";
    // Room for one request, and a run for each of its rows, so that it takes its time.
    try (EveryDoor doors =
        new EveryDoor(
            2,
            "batching.workers",
            "1",
            "batching.small_rows",
            "1",
            "batching.max_rows",
            "1",
            "batching.queue_rows",
            "90",
            "shutdown.grace_millis",
            "1000")) {
      Map<String, Integer> counts = new HashMap<>();
      for (int round = 0; round < MOST_ROUNDS && counts.size() < 2; round++) {
        for (Answer answer : flood(doors, protocol)) {
          counts.merge(answer.status(), 1, Integer::sum);
          assertThat(answer.scores())
              .as("%s", answer)
              .isEqualTo(answer.status().equals(answered) ? doors.expected : List.of());
          assertThat(answer.again()).isEqualTo(answer.status().equals("429"));
        }
      }
      assertThat(counts).containsOnlyKeys(answered, busy);
      for (Protocol any : Protocol.values()) {
        assertThat(patiently(doors, any).scores()).isEqualTo(doors.expected);
      }
    }
  }

  /** The page has anomalies explained, which may take the only place for a moment. */
  private static Answer patiently(EveryDoor doors, Protocol protocol) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Answer answer;
    do {
      answer = doors.ask(protocol).get(20, TimeUnit.SECONDS);
    } while (answer.scores().isEmpty() && System.nanoTime() < end);
    return answer;
  }

  private static List<Answer> flood(EveryDoor doors, Protocol protocol) throws Exception {
    List<CompletableFuture<Answer>> asked =
        Stream.generate(() -> doors.ask(protocol)).limit(REQUESTS_AT_A_TIME).toList();
    List<Answer> answers = new ArrayList<>();
    for (var one : asked) {
      answers.add(one.get(30, TimeUnit.SECONDS));
    }
    return answers;
  }
}
