Feature: Settings that need a restart

  They are kept back and reported, and everything else in the file is applied.

  Scenario: The rest of the file is applied
    When the operator sets in one go:
      | server.port   | 9999 |
      | api.v2Enabled | true |
    Then these keys wait for a restart: server.port
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  @proves:<key>
  Scenario Outline: <key> waits for a restart
    When the operator sets <key> to <value>
    Then these keys wait for a restart: <key>
    When somebody asks whether the service is ready
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
  Scenario Outline: The secret <key> waits for a restart
    Given the service was started with <variable> set to ""
    And Ada is logged in
    When the operator gives <key> a new secret
    Then these keys wait for a restart: <key>
    And the secret is not shown or logged
    And Ada can log in

    Examples:
      | key                     | variable                          |
      | auth.keys.encryptionKey | ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY |
      | password.pepper         | ROLLCALL_PASSWORD_PEPPER          |

  Scenario: The operator takes it back
    Given the operator has set server.port to 9999
    When the operator clears the settings
    Then no key waits for a restart
