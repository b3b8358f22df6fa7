package io.latentry.server.log;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.latentry.server.config.LogLevel;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Puts what libraries warn of into the log of the service. The pattern of a message goes in, the
 * values in it do not, nor does the message of an exception: either may quote what was sent. Of our
 * own warnings the values go in too, since we know what they are: files and reasons.
 *
 * <p>It is named by a property of SLF4J and not registered as a service, so that it is chosen only
 * where a service runs.
 */
public final class LibraryLog implements SLF4JServiceProvider {
  /** Global, as SLF4J itself is. */
  private static volatile EventLog target = EventLog.SILENT;

  private static final int FRAMES_TOLD = 12;
  private static final String OURS = "io.latentry.";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter noContext = new NOPMDCAdapter();

  /** From now on libraries log to {@code log}; has an effect before the first of them does. */
  public static void writeTo(EventLog log) {
    target = log;
    String unused =
        System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, LibraryLog.class.getName());
    // Else SLF4J tells everybody which provider it was given.
    String unusedToo = System.setProperty("slf4j.internal.verbosity", "WARN");
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return LibraryLogger::new;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return noContext;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}

  private static final class LibraryLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private LibraryLogger(String name) {
      this.name = name;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return LibraryLogger.class.getName();
    }

    private static String format(String pattern, Object[] values) {
      return MessageFormatter.basicArrayFormat(pattern, values);
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String pattern,
        Object @Nullable [] values,
        @Nullable Throwable thrown) {
      boolean isOurs = level == Level.WARN && name.startsWith(OURS);
      target.write(
          level == Level.ERROR ? LogLevel.ERROR : LogLevel.WARN,
          "library",
          line -> {
            line.put("logger", name);
            line.put("message", isOurs && values != null ? format(pattern, values) : pattern);
            if (thrown != null) {
              line.put("error", thrown.getClass().getName());
              ArrayNode frames = line.putArray("at_code");
              Stream.of(thrown.getStackTrace())
                  .limit(FRAMES_TOLD)
                  .forEach(frame -> frames.add(frame.toString()));
            }
          });
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }
}
