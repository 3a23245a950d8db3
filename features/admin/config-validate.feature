Feature: Validating settings without applying them

  The settings are validated as the content of local.yaml, and nothing is applied.

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

  Scenario Outline: Invalid body <body>
    When Root sends POST /api/v1/admin/config/validate with the body "<body>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                                  |
      | {}                                    |
      | {\"settings\":{},\"document\":\"{}\"} |
      | {\"settings\":[]}                     |
      | {\"settings\":\"api: {}\"}            |
      | {\"document\":{}}                     |
      | {\"settings\":{},\"more\":1}          |

  Scenario: The key __proto__ is rejected
    When Root sends POST /api/v1/admin/config/validate with the body "{\"settings\":{\"__proto__\":{\"x\":1}}}"
    Then the configuration error is forbidden_key for __proto__ in local.yaml

  Scenario: Deeply nested settings
    When Root validates 9000 nested settings
    Then the request is rejected with 422 invalid_config
