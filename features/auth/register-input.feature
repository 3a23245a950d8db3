Feature: Validation of registrations

  An invalid registration is rejected with all errors, and nothing is stored.

  Scenario Outline: <field>: <value>
    When an anonymous client registers with <value> as <field>
    Then the request is rejected with 422 validation_failed: <code> at "/<field>"

    Examples: usernames
      | field    | value                                | code              |
      | username | null                                 | wrong_type        |
      | username | a number                             | wrong_type        |
      | username | true                                 | wrong_type        |
      | username | an array                             | wrong_type        |
      | username | an object                            | wrong_type        |
      | username | an empty string                      | too_short         |
      | username | 2 characters                         | too_short         |
      | username | 51 characters                        | too_long          |
      | username | 90,000 characters                    | too_long          |
      | username | a string with NUL                    | control_character |
      | username | a string with BEL                    | control_character |
      | username | a string with DEL                    | control_character |
      | username | a string with a C1 control character | control_character |
      | username | a string of two lines                | control_character |
      | username | a string with a lone surrogate       | lone_surrogate    |
      | username | a string with a space                | invalid_format    |
      | username | a string with an umlaut              | invalid_format    |
      | username | a string with a fullwidth letter     | invalid_format    |
      | username | a string with a zero-width space     | invalid_format    |
      | username | a string with a leading dot          | invalid_format    |
      | username | a string with a slash                | invalid_format    |
      | username | a string with HTML                   | invalid_format    |

    Examples: passwords
      | field    | value             | code       |
      | password | null              | wrong_type |
      | password | a huge number     | wrong_type |
      | password | an empty array    | wrong_type |
      | password | 90,000 characters | too_long   |

    Examples: emails
      | field | value                         | code              |
      | email | an array                      | wrong_type        |
      | email | an empty string               | invalid_format    |
      | email | an email without a domain     | invalid_format    |
      | email | an email without a local part | invalid_format    |
      | email | an email with a space         | invalid_format    |
      | email | two emails                    | invalid_format    |
      | email | an email of 255 characters    | too_long          |
      | email | an email with a line feed     | control_character |

    Examples: profile fields
      | field        | value                            | code              |
      | description  | an object                        | wrong_type        |
      | description  | 2,001 characters                 | too_long          |
      | description  | a string with NUL                | control_character |
      | description  | a string with a lone surrogate   | lone_surrogate    |
      | current_goal | 501 characters                   | too_long          |
      | current_goal | a string with an escape sequence | control_character |

  Scenario: A username of 1 MB is rejected
    When an anonymous client registers with 1 MB of characters as username
    Then the request is rejected with 413 payload_too_large

  Scenario Outline: A registration without a <field>
    When an anonymous client registers without a <field>
    Then the request is rejected with 422 validation_failed: required at "/<field>"

    Examples:
      | field    |
      | username |
      | password |

  Scenario Outline: A client cannot set the member <member>
    When an anonymous client registers with:
      | <member> | <value> |
    Then the request is rejected with 422 validation_failed: unknown_field at "<path>"

    Examples:
      | member         | value          | path            |
      | roles          | ["admin"]      | /roles          |
      | role           | "admin"        | /role           |
      | email_verified | true           | /email_verified |
      | status         | "active"       | /status         |
      | id             | "1"            | /id             |
      | __proto__      | {"admin":true} | /__proto__      |
      | constructor    | {}             | /constructor    |
      | a/b~c          | 1              | /a~1b~0c        |

  @remote
  Scenario: All errors are reported together
    When an anonymous client registers with:
      | username    | "a"       |
      | password    | 7         |
      | email       | "nowhere" |
      | description | "\\u0000"  |
      | admin       | true      |
    Then the request is rejected with 422 validation_failed for:
      | path         | code              |
      | /username    | too_short         |
      | /password    | wrong_type        |
      | /email       | invalid_format    |
      | /description | control_character |
      | /admin       | unknown_field     |
