Feature: A file that is no configuration

  Whatever becomes of the files, the last good configuration stays in force, and the operator reads why.

  Scenario Outline: local.yaml with <content>
    Given the operator has set api.v2Enabled to true
    When the operator writes local.yaml with <content>
    Then the operator reads that <key> of local.yaml is <fault>
    And revision 2 is in force
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

    Examples: no settings at all
      | content                | key | fault          |
      | nothing in it          | -   | empty_document |
      | only a comment         | -   | empty_document |
      | half of a mapping      | -   | unparsable     |
      | a tab for an indent    | -   | unparsable     |
      | an open quote          | -   | unparsable     |
      | two documents          | -   | unparsable     |
      | the same key twice     | api | duplicate_key  |
      | a list of settings     | -   | wrong_type     |
      | a sentence             | -   | wrong_type     |
      | bytes of a picture     | -   | binary         |
      | a NUL in it            | -   | binary         |
      | text in UTF-16         | -   | binary         |
      | more than 1 MB         | -   | too_large      |
      | a billion laughs       | -   | unparsable     |
      | 100,000 brackets in it | -   | too_large      |
      | 4,900 mappings in each other | - | too_large  |
      | a tag that runs code   | -   | unparsable     |

    Examples: other settings
      | content                   | key           | fault         |
      | an unknown key            | api.v3Enabled | unknown_key   |
      | a key with dots           | api.v2Enabled | unknown_key   |
      | a key __proto__           | __proto__     | forbidden_key |
      | a section that is a text  | api           | wrong_type    |

    Examples: other values
      | content                      | key                    | fault        |
      | yes for true                 | api.v2Enabled          | wrong_type   |
      | a number for true            | api.v2Enabled          | wrong_type   |
      | nothing for true             | api.v2Enabled          | wrong_type   |
      | a limit of zero              | rateLimit.login.points | out_of_range |
      | a limit in quotes            | rateLimit.login.points | wrong_type   |
      | a limit of 1.5               | rateLimit.login.points | wrong_type   |
      | a limit without end          | rateLimit.login.points | wrong_type   |
      | a time without a unit        | auth.access.ttl        | wrong_type   |
      | a time in weeks              | auth.access.ttl        | wrong_type   |
      | a negative time              | auth.access.ttl        | wrong_type   |
      | a time too long              | auth.access.ttl        | out_of_range |
      | a cost too low               | password.bcryptCost    | out_of_range |
      | a length too short           | password.minLength     | out_of_range |
      | a word that is no log level  | logging.level          | out_of_range |
      | an algorithm none            | auth.keys.algorithm    | out_of_range |
      | an origin with a path        | cors.origins           | wrong_type   |

    Examples: values that do not go together
      | content                                    | key               | fault    |
      | an access lifetime over that of refreshing | auth.access.ttl   | conflict |
      | a pool with more kept than allowed         | database.pool.min | conflict |

  Scenario: default.yaml is needed
    When the operator removes default.yaml, which is refused
    Then the operator reads that - of default.yaml is file_missing
    When somebody asks whether the service is ready
    Then the request succeeds

  Scenario: A file that was in force is missed
    Given the operator has set api.v2Enabled to true
    When the operator removes local.yaml, which is refused
    Then the operator reads that - of local.yaml is file_missing
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: A directory in place of a file
    Given the operator has set api.v2Enabled to true
    When the operator puts a directory in place of local.yaml, which is refused
    Then the operator reads that - of local.yaml is not_a_file
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"
