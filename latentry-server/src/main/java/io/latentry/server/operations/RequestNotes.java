package io.latentry.server.operations;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.serving.ModelVersion;
import io.netty.util.AttributeKey;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a request turned out to be about, for its line in the log. Thread-safe. */
final class RequestNotes {
  private static final AttributeKey<RequestNotes> ATTRIBUTE =
      AttributeKey.valueOf(RequestNotes.class, "NOTES");

  private final String requestId;
  private final AtomicLong rows = new AtomicLong();
  private final Queue<ModelVersion> judging = new ConcurrentLinkedQueue<>();
  private volatile @Nullable String model;

  RequestNotes(String requestId) {
    this.requestId = requestId;
  }

  void notesOf(ServiceRequestContext context) {
    context.setAttr(ATTRIBUTE, this);
  }

  /** The notes on the request that the calling thread works for, if it does for one. */
  static @Nullable RequestNotes current() {
    @Nullable ServiceRequestContext context = ServiceRequestContext.currentOrNull();
    return context == null ? null : context.attr(ATTRIBUTE);
  }

  void asked(String knownModel) {
    model = knownModel;
  }

  void judged(int more) {
    rows.addAndGet(more);
  }

  /** A version was lent and is to judge. */
  void judging(ModelVersion version) {
    judging.add(version);
  }

  String requestId() {
    return requestId;
  }

  /** A model that exists; null if the request was about none. */
  @Nullable String model() {
    return model;
  }

  /** The versions that were to judge, one for each time that one was lent to do so. */
  Collection<ModelVersion> judgingVersions() {
    return judging;
  }

  /** Rows that were sent for a verdict. */
  long rows() {
    return rows.get();
  }
}
