/**
 * The documentation as a site: docs and a reference made out of the code, as HTML that needs no
 * network. Start at {@link io.latentry.it.site.Site}.
 */
package io.latentry.it.site;
