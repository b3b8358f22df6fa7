package io.latentry.server.door;

import com.linecorp.armeria.server.ServerBuilder;

/** One protocol that the service speaks: it adds its routes to the one port. */
public interface Door {
  void openOn(ServerBuilder server);
}
