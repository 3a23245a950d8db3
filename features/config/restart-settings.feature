Feature: Settings that require a restart

  Their changes are reported as pending, and the rest of the file is applied.

  Scenario: The rest of the file is applied
    When the operator sets:
      | server.port   | 9999 |
      | api.v2Enabled | true |
    Then the settings pending a restart are "server.port"
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  @proves:<key>
  Scenario Outline: A change of <key> is pending until a restart
    When the operator sets <key> to <value>
    Then the settings pending a restart are "<key>"
    When an anonymous client requests the readiness check
    Then the request succeeds

    Examples:
      | key                     | value                                  |
      | server.host             | 192.0.2.1                              |
      | server.port             | 9999                                   |
      | server.adminSocket      | /run/rollcall/admin.sock               |
      | server.socketMode       | "0600"                                 |
      | metrics.enabled         | false                                  |
      | metrics.host            | 192.0.2.1                              |
      | metrics.port            | 9999                                   |
      | database.migrateOnStart | false                                  |
      | database.url            | postgres://rollcall@192.0.2.1/rollcall |

  @proves:<key>
  Scenario Outline: A change of the secret <key> is pending until a restart
    Given the service was started with <variable> set to ""
    And Ada is logged in
    When the operator replaces the secret <key>
    Then the settings pending a restart are "<key>"
    And the configuration status and the log do not contain the new secret
    And Ada can log in

    Examples:
      | key                     | variable                          |
      | auth.keys.encryptionKey | ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY |
      | password.pepper         | ROLLCALL_PASSWORD_PEPPER          |

  Scenario: Reverting a pending change
    Given the operator has set server.port to 9999
    When the operator empties local.yaml
    Then the settings pending a restart are ""
