Feature: Validating settings without applying them

  Settings are validated as the content of local.yaml, changes like those of PATCH. Nothing is applied.

  Background:
    Given Root is an administrator
    And the operator has set rateLimit.login.points to 33

  Scenario: Valid settings
    When Root validates the settings {rateLimit: {login: {points: 34}}}
    Then the dry run changes rateLimit.login.points from 33 to 34
    And revision 2 is active

  Scenario: A YAML document
    When Root validates the document:
      """
      # The login limit stays the same.
      rateLimit:
        login: {points: 33}
      auth: {access: {ttl: 10m}}
      """
    Then the dry run changes auth.access.ttl from 15m to 10m

  Scenario: A secret is not compared
    When Root validates the settings {rateLimit: {login: {points: 33}}, mail: {smtp: {username: relay, password: guessed}}}
    Then the dry run changes mail.smtp.username from null to relay

  Scenario: A setting that requires a restart
    When Root validates the settings {rateLimit: {login: {points: 33}}, metrics: {port: 9}}
    Then the dry run changes metrics.port from 0 to 9
    And the response has pending_restart ["metrics.port"]

  Scenario: Settings that are left out return to their defaults
    When Root validates the settings {}
    Then the dry run changes rateLimit.login.points from 33 to 60

  Scenario: A misspelled key
    When Root validates the settings {rateLimit: {login: {point: 34}}}
    Then the request is rejected with 422 invalid_config
    And the configuration error is unknown_key for rateLimit.login.point in local.yaml
    And the configuration error suggests "rateLimit.login.points"
    And the audit log has 0 "config.refused" events

  Scenario Outline: A document with <content>
    When Root validates a document with <content>
    Then the configuration error is <error> for <key> in local.yaml

    Examples:
      | content                                                   | key             | error          |
      | no content                                                | -               | empty_document |
      | two documents                                             | -               | unparsable     |
      | a duplicate key                                           | api             | duplicate_key  |
      | nested YAML aliases                                       | -               | unparsable     |
      | a JavaScript function tag                                 | -               | unparsable     |
      | 4,900 nested mappings                                     | -               | too_large      |
      | the key __proto__                                         | __proto__       | forbidden_key  |
      | a duration without a unit                                 | auth.access.ttl | wrong_type     |
      | an access token lifetime above the refresh token lifetime | auth.access.ttl | conflict       |

  Scenario: Changes of settings
    When Root overrides api.v2Enabled with true
    And Root validates the changes {rateLimit.login.points: 34, api.v2Enabled: true, docs.enabled: null}
    Then the dry run changes rateLimit.login.points from 33 to 34
    When Root validates the changes {api.v2Enabled: null}
    Then the dry run changes api.v2Enabled from true to false
    And revision 3 is active
    And the audit log has 1 "config.applied" event by Root

  Scenario: Invalid changes have the errors of PATCH
    When the service is restarted with ROLLCALL_LOGGING_LEVEL set to "info"
    And Root validates the changes {rateLimit.login.pionts: 2, password.pepper: x, logging.level: loud, server.port: 0.5, rateLimit.login.points: 0, api.v2Enabled: true}
    Then the errors of the settings are:
      | key                    | code                  |
      | rateLimit.login.pionts | unknown_key           |
      | password.pepper        | is_secret             |
      | logging.level          | pinned_by_environment |
      | server.port            | needs_restart         |
      | rateLimit.login.points | out_of_range          |
    And the audit log has 0 "config.refused" events

  Scenario: Changes that conflict with each other or with an override
    When Root overrides auth.access.ttl with "24h"
    And Root validates the changes {auth.refresh.ttl: 1h}
    Then the errors of the settings are:
      | key              | code     |
      | auth.refresh.ttl | conflict |
    When Root validates the changes {auth.refresh.ttl: 1h, auth.access.ttl: 10m}
    Then the request succeeds
    When Root validates the changes {auth.refresh.ttl: 1h, auth.access.ttl: null}
    Then the request succeeds

  Scenario: Changes are validated with the permission to read the configuration
    Given Sue is logged in with the permissions "config:read"
    When Sue validates the changes {api.v2Enabled: true}
    Then the dry run changes api.v2Enabled from false to true

  Scenario Outline: Invalid body <body>
    When Root sends POST /api/v1/admin/config/validate with the body "<body>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                                                 |
      | {}                                                   |
      | {\"settings\":{},\"document\":\"{}\"}                |
      | {\"settings\":[]}                                    |
      | {\"settings\":\"api: {}\"}                           |
      | {\"document\":{}}                                    |
      | {\"settings\":{},\"more\":1}                         |
      | {\"settings\":{},\"changes\":{}}                     |
      | {\"changes\":{}}                                     |
      | {\"changes\":[]}                                     |
      | {\"changes\":{\"features.a\":true,\"__proto__\":{}}} |

  Scenario: The key __proto__ is rejected
    When Root sends POST /api/v1/admin/config/validate with the body "{\"settings\":{\"__proto__\":{\"x\":1}}}"
    Then the configuration error is forbidden_key for __proto__ in local.yaml

  Scenario: Deeply nested settings
    When Root validates 9000 nested settings
    Then the request is rejected with 422 invalid_config
