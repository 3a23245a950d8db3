Feature: An operator asks what settings would do

  They are judged as if they stood in local.yaml, and nothing comes of it.

  Background:
    Given Root is an administrator
    And the operator has set rateLimit.login.points to 33

  Scenario: Settings that are sound
    When Root asks what these settings would do: {rateLimit: {login: {points: 34}}}
    Then they would change rateLimit.login.points from 33 to 34
    And revision 2 is in force

  Scenario: A document
    When Root asks what this document would do:
      """
      # A byte more would not matter.
      rateLimit:
        login: {points: 33}
      auth: {access: {ttl: 10m}}
      """
    Then they would change auth.access.ttl from 15m to 10m

  Scenario: What needs a restart
    When Root asks what these settings would do: {rateLimit: {login: {points: 33}}, metrics: {port: 9}}
    Then they would change metrics.port from 0 to 9
    And metrics.port of it would wait for a restart

  Scenario: Settings that nobody states any more go back to their default
    When Root asks what these settings would do: {}
    Then they would change rateLimit.login.points from 33 to 60

  Scenario: A misspelt key
    When Root asks what these settings would do: {rateLimit: {login: {point: 34}}}
    Then the request is rejected with 422 invalid_config
    And it is refused as a configuration, since rateLimit.login.point of local.yaml is unknown_key
    And it suggests "rateLimit.login.points"
    And the audit trail tells 0 times of "config.refused"

  Scenario Outline: A document with <content>
    When Root asks what a document would do with <content>
    Then it is refused as a configuration, since <key> of local.yaml is <fault>

    Examples:
      | content                                    | key             | fault          |
      | nothing in it                              | -               | empty_document |
      | two documents                              | -               | unparsable     |
      | the same key twice                         | api             | duplicate_key  |
      | a billion laughs                           | -               | unparsable     |
      | a tag that runs code                       | -               | unparsable     |
      | 4,900 mappings in each other               | -               | too_large      |
      | a key __proto__                            | __proto__       | forbidden_key  |
      | a time without a unit                      | auth.access.ttl | wrong_type     |
      | an access lifetime over that of refreshing | auth.access.ttl | conflict       |

  Scenario Outline: A body of <body>
    When Root asks for a judgement with "<body>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                                   |
      | {}                                     |
      | {\"settings\":{},\"document\":\"{}\"}  |
      | {\"settings\":[]}                      |
      | {\"settings\":\"api: {}\"}             |
      | {\"document\":{}}                      |
      | {\"settings\":{},\"more\":1}           |

  Scenario: The prototype is a key like any other
    When Root asks for a judgement with "{\"settings\":{\"__proto__\":{\"x\":1}}}"
    Then it is refused as a configuration, since __proto__ of local.yaml is forbidden_key

  Scenario: Settings without a bottom
    When Root asks what 9000 nested settings would do
    Then the request is rejected with 422 invalid_config
