Feature: Invalid configuration files

  An invalid file is rejected as a whole. The last valid configuration stays active, and the error is reported.

  Scenario Outline: local.yaml with <content>
    Given the operator has set api.v2Enabled to true
    When the operator writes local.yaml with <content>
    Then the reload fails with <error> for <key> in local.yaml
    And revision 2 is active
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

    Examples: not a configuration document
      | content                     | key | error          |
      | no content                  | -   | empty_document |
      | only a comment              | -   | empty_document |
      | an incomplete mapping       | -   | unparsable     |
      | tab indentation             | -   | unparsable     |
      | an unclosed quote           | -   | unparsable     |
      | two documents               | -   | unparsable     |
      | a duplicate key             | api | duplicate_key  |
      | a list instead of a mapping | -   | wrong_type     |
      | plain text                  | -   | wrong_type     |
      | PNG bytes                   | -   | binary         |
      | a NUL character             | -   | binary         |
      | UTF-16 text                 | -   | binary         |
      | more than 1 MB              | -   | too_large      |
      | nested YAML aliases         | -   | unparsable     |
      | 100,000 opening brackets    | -   | too_large      |
      | 4,900 nested mappings       | -   | too_large      |
      | a JavaScript function tag   | -   | unparsable     |

    Examples: unknown or invalid keys
      | content                       | key           | error         |
      | an unknown key                | api.v3Enabled | unknown_key   |
      | a dotted key                  | api.v2Enabled | unknown_key   |
      | the key __proto__             | __proto__     | forbidden_key |
      | a string instead of a section | api           | wrong_type    |

    Examples: invalid values
      | content                      | key                    | error        |
      | yes instead of true          | api.v2Enabled          | wrong_type   |
      | a number instead of true     | api.v2Enabled          | wrong_type   |
      | no value for a boolean       | api.v2Enabled          | wrong_type   |
      | a limit of zero              | rateLimit.login.points | out_of_range |
      | a quoted limit               | rateLimit.login.points | wrong_type   |
      | a fractional limit           | rateLimit.login.points | wrong_type   |
      | an infinite limit            | rateLimit.login.points | wrong_type   |
      | a duration without a unit    | auth.access.ttl        | wrong_type   |
      | a duration in weeks          | auth.access.ttl        | wrong_type   |
      | a negative duration          | auth.access.ttl        | wrong_type   |
      | a duration above the maximum | auth.access.ttl        | out_of_range |
      | a cost below the minimum     | password.bcryptCost    | out_of_range |
      | a length below the minimum   | password.minLength     | out_of_range |
      | an unknown log level         | logging.level          | out_of_range |
      | the algorithm none           | auth.keys.algorithm    | out_of_range |
      | an origin with a path        | cors.origins           | wrong_type   |

    Examples: conflicting values
      | content                                                   | key               | error    |
      | an access token lifetime above the refresh token lifetime | auth.access.ttl   | conflict |
      | a pool minimum above its maximum                          | database.pool.min | conflict |

  Scenario: default.yaml is required
    When the operator deletes the required file default.yaml
    Then the reload fails with file_missing for - in default.yaml
    When an anonymous client requests the readiness check
    Then the request succeeds

  Scenario: A file of the active configuration is missing
    Given the operator has set api.v2Enabled to true
    When the operator deletes the required file local.yaml
    Then the reload fails with file_missing for - in local.yaml
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: A directory in place of a file
    Given the operator has set api.v2Enabled to true
    When the operator replaces the file local.yaml with a directory
    Then the reload fails with not_a_file for - in local.yaml
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"
