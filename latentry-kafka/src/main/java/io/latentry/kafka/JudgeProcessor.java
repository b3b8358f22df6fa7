package io.latentry.kafka;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of a task and forwards their verdicts, in the same order: some at a time, when
 * there are enough of them or the oldest has waited long enough.
 */
final class JudgeProcessor implements Processor<byte[], byte[], byte[], StreamVerdict> {
  static final String PENDING = "pending";
  static final String SERIES = "series";

  private final LiveJudge judge;
  private final StreamListener listener;
  private @Nullable ProcessorContext<byte[], StreamVerdict> context;
  private @Nullable PendingRecords pending;

  JudgeProcessor(LiveJudge judge, StreamListener listener) {
    this.judge = judge;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<byte[], StreamVerdict> given) {
    context = given;
    pending = PendingRecords.restore(given.getStateStore(PENDING));
    var unused =
        given.schedule(
            judge.options().mostWait(), PunctuationType.WALL_CLOCK_TIME, now -> answer());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ProcessorContext<byte[], StreamVerdict> own = context();
    Optional<RecordMetadata> from = own.recordMetadata();
    PendingRecords waiting = pending();
    waiting.add(
        PendingRecord.of(
            from.map(RecordMetadata::topic).orElse(""),
            from.map(RecordMetadata::partition).orElse(0),
            from.map(RecordMetadata::offset).orElse(0L),
            record.timestamp(),
            record.key(),
            record.value(),
            judge.options().mostBytes()));
    if (waiting.count() >= judge.options().mostRecords()) {
      answer();
    }
  }

  private void answer() {
    PendingRecords waiting = pending();
    if (waiting.count() == 0) {
      return;
    }
    ProcessorContext<byte[], StreamVerdict> own = context();
    long start = System.nanoTime();
    List<PendingRecord> records = waiting.all();
    List<StreamVerdict> verdicts =
        judge.use(
            now ->
                now.judge(
                    records,
                    now.model()
                        .series()
                        .map(scorer -> new KeyStates(own.getStateStore(SERIES), scorer))
                        .orElse(null)));
    long nanos = System.nanoTime() - start;
    for (int i = 0; i < records.size(); i++) {
      PendingRecord record = records.get(i);
      own.forward(
          new Record<>(
              record.key(), verdicts.get(i), Math.max(record.timestamp(), 0), new RecordHeaders()));
    }
    waiting.clear();
    listener.judged(verdicts, records.get(0).timestamp(), nanos);
  }

  private ProcessorContext<byte[], StreamVerdict> context() {
    if (context == null) {
      throw new IllegalStateException("processor: not begun");
    }
    return context;
  }

  private PendingRecords pending() {
    if (pending == null) {
      throw new IllegalStateException("processor: not begun");
    }
    return pending;
  }
}
