package io.latentry.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of a task and forwards their verdicts, in the same order: some at a time, when
 * there are enough of them or the oldest has waited long enough.
 */
final class JudgeProcessor implements Processor<byte[], byte[], byte[], StreamVerdict> {
  static final String PENDING = "pending";
  static final String SERIES = "series";

  /** Which judge judges which records of a task. For the thread of the task. */
  interface TaskJudge extends AutoCloseable {

    /**
     * Lets another judge take over, if it is its turn at {@code records.get(from)}.
     *
     * @return the first record behind that one that another judge may have to judge
     */
    int until(List<PendingRecord> records, int from);

    /** Nobody takes the judge's place meanwhile. */
    <T> T use(Function<RecordJudge, T> use);

    @Override
    void close();
  }

  private final JudgeSupplier supplier;
  private final JudgeOptions options;
  private final StreamListener listener;
  private @Nullable TaskJudge judge;
  private @Nullable ProcessorContext<byte[], StreamVerdict> context;
  private @Nullable PendingRecords pending;

  JudgeProcessor(JudgeSupplier supplier, JudgeOptions options, StreamListener listener) {
    this.supplier = supplier;
    this.options = options;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<byte[], StreamVerdict> given) {
    context = given;
    KeyValueStore<Integer, byte[]> store = given.getStateStore(PENDING);
    pending = PendingRecords.restore(store);
    judge = supplier.judge(store, given.taskId().partition());
    var unused =
        given.schedule(options.mostWait(), PunctuationType.WALL_CLOCK_TIME, now -> answer());
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
            options.mostBytes()));
    if (waiting.count() >= options.mostRecords()) {
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
    List<StreamVerdict> verdicts = new ArrayList<>(records.size());
    TaskJudge judging = judge();
    for (int from = 0; from < records.size(); from = verdicts.size()) {
      List<PendingRecord> turn = records.subList(from, judging.until(records, from));
      verdicts.addAll(
          judging.use(
              now ->
                  now.judge(
                      turn,
                      now.model()
                          .series()
                          .map(scorer -> new KeyStates(own.getStateStore(SERIES), scorer))
                          .orElse(null))));
    }
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

  @Override
  public void close() {
    if (judge != null) {
      judge.close();
      judge = null;
    }
  }

  private TaskJudge judge() {
    if (judge == null) {
      throw new IllegalStateException("processor: not begun");
    }
    return judge;
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
