Feature: Requesting a change of the configuration

  The effects are described in features/config/overrides.feature and features/config/confirmation.feature.

  Background:
    Given Root is an administrator

  Scenario: If-Match is required, and comes after the body in the order of errors
    When Root changes the configuration without If-Match:
      """
      {"changes": {"api.v2Enabled": true}}
      """
    Then the request is rejected with 428 precondition_required
    When Root changes the configuration without If-Match:
      """
      {"changes": {}}
      """
    Then the request is rejected with 422 validation_failed

  Scenario: The configuration was changed in the meantime
    When Root requests the configuration
    And the ETag is saved
    And Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And Root changes the configuration with the last seen ETag:
      """
      {"changes": {"nowhere": 1}}
      """
    Then the request is rejected with 412 precondition_failed
    When Root changes the configuration:
      """
      {"changes": {"nowhere": 1}}
      """
    Then the request is rejected with 409 confirmation_pending

  Scenario: Each invalid setting is reported once
    When the service is restarted with ROLLCALL_LOGGING_LEVEL set to "info"
    And Root changes the configuration:
      """
      {"changes": {"rateLimit.login.pionts": 20, "password.pepper": "short", "auth.keys.encryptionKey": null,
        "logging.level": "loud", "server.port": 0.5, "rateLimit.login.points": 0, "api.v2Enabled": true}}
      """
    Then the errors of the settings are:
      | key                     | code                  |
      | rateLimit.login.pionts  | unknown_key           |
      | password.pepper         | is_secret             |
      | auth.keys.encryptionKey | is_secret             |
      | logging.level           | pinned_by_environment |
      | server.port             | needs_restart         |
      | rateLimit.login.points  | out_of_range          |
    And the audit log has 1 "config.refused" event by Root with the result "failure" for this request

  Scenario: Settings that decide where the password of the mail server is sent
    Given the operator has set:
      | mail.smtp.username | rollcall    |
      | mail.smtp.password | open sesame |
    When Root changes the configuration:
      """
      {"changes": {"mail.outboxDir": "/tmp", "mail.smtp.host": "mail.example.org", "mail.smtp.port": 2525, "mail.smtp.secure": true,
        "mail.smtp.username": "other", "mail.smtp.tls.required": true, "mail.smtp.tls.rejectUnauthorized": false}}
      """
    Then the errors of the settings are:
      | key                              | code       |
      | mail.outboxDir                   | files_only |
      | mail.smtp.host                   | files_only |
      | mail.smtp.port                   | files_only |
      | mail.smtp.secure                 | files_only |
      | mail.smtp.username               | files_only |
      | mail.smtp.tls.required           | files_only |
      | mail.smtp.tls.rejectUnauthorized | files_only |
    When the operator sets:
      | mail.smtp.username | null |
      | mail.smtp.password | null |
    And Root overrides mail.smtp.port with 2525
    Then the request succeeds

  Scenario: Settings that conflict with each other
    When Root overrides auth.access.ttl with "24h"
    And Root overrides auth.refresh.ttl with "1h"
    Then the errors of the settings are:
      | key              | code     |
      | auth.refresh.ttl | conflict |

  Scenario Outline: Invalid body: <body>
    When Root changes the configuration:
      """
      <body>
      """
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                                                                                               |
      | {}                                                                                                 |
      | {"changes": {}}                                                                                    |
      | {"changes": []}                                                                                    |
      | {"changes": {"api.v2Enabled": true}, "confirm_within": "0s"}                                       |
      | {"changes": {"api.v2Enabled": true}, "confirm_within": "25h"}                                      |
      | {"changes": {"api.v2Enabled": true}, "confirm_within": 300}                                        |
      | {"changes": {"api.v2Enabled": true}, "expires_in": "91d"}                                          |
      | {"changes": {"api.v2Enabled": true}, "at": "2020-01-01T00:00:00Z"}                                 |
      | {"changes": {"api.v2Enabled": true}, "at": "9999-12-31T23:59:59-23:59"}                            |
      | {"changes": {"api.v2Enabled": true}, "reason": " \u200b "}                                         |
      | {"changes": {"api.v2Enabled": true}, "guard": {"max_error_ratio": 0.1}}                            |
      | {"changes": {"api.v2Enabled": true}, "confirm_within": "1m", "guard": {"max_error_ratio": 1}}      |
      | {"changes": {"api.v2Enabled": true}, "reason": ""}                                                 |

  Scenario: Without the permission to change the configuration
    Given Sue is logged in with the permissions "config:read"
    When Sue overrides api.v2Enabled with true
    Then the request is rejected with 403 forbidden
    When Sue requests the overrides
    Then the listed overrides are:
      | key | value | reason |

  Scenario: An override that does not exist
    When Root removes the override of api.v2Enabled
    Then the request is rejected with 404 not_found

  Scenario: Overrides in pages
    When Root changes the configuration:
      """
      {"changes": {"features.a": true, "features.b": true, "features.c": true}}
      """
    And Root requests the overrides with "limit=2"
    Then the listed overrides are:
      | key        | value | reason |
      | features.c | true  |        |
      | features.b | true  |        |
    When Root requests the next page of the overrides
    Then the listed overrides are:
      | key        | value | reason |
      | features.a | true  |        |
    When Root requests the overrides with "cursor=nothing"
    Then the request is rejected with 422 validation_failed

  Scenario: Invalid requests
    When Root requests the scheduled changes with "cursor=nothing"
    Then the request is rejected with 422 validation_failed
    When Root tries to cancel an unknown scheduled change on the condition If-Match '"0"'
    Then the request is rejected with 412 precondition_failed and changes nothing

  Scenario: An override that another override needs is not removed
    When Root overrides auth.refresh.absoluteTtl with "365d"
    And Root overrides auth.refresh.ttl with "200d"
    And Root removes the override of auth.refresh.absoluteTtl
    Then the request is rejected with 422 invalid_config
    When Root requests the configuration
    Then the setting auth.refresh.absoluteTtl is 365d, set by override
