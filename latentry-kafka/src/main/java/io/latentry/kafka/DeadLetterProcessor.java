package io.latentry.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Of verdicts, forwards the records that could not be read as a whole, as they came, with the
 * reason and their place as headers.
 */
public final class DeadLetterProcessor
    extends ContextualProcessor<byte[], StreamVerdict, byte[], byte[]> {

  @Override
  public void process(Record<byte[], StreamVerdict> record) {
    record
        .value()
        .deadLetter()
        .ifPresent(
            letter ->
                context()
                    .forward(
                        new Record<>(
                            record.key(),
                            letter.value(),
                            record.timestamp(),
                            headers(record.value(), letter))));
  }

  private static Headers headers(StreamVerdict verdict, DeadLetter letter) {
    Headers headers = new RecordHeaders();
    add(headers, DeadLetter.REASON, letter.reason());
    add(headers, DeadLetter.TOPIC, verdict.topic());
    add(headers, DeadLetter.PARTITION, String.valueOf(verdict.partition()));
    add(headers, DeadLetter.OFFSET, String.valueOf(verdict.offset()));
    if (letter.value() != null && letter.length() > letter.value().length) {
      add(headers, DeadLetter.WHOLE_LENGTH, String.valueOf(letter.length()));
    }
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    Headers unused = headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
