Feature: Validation of profile updates

  Scenario Outline: <field>: <value>
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her <field> to <value>
    Then the request is rejected with 422 validation_failed: <code> at "/<field>"
    And Ada's account is unchanged

    Examples: profile fields
      | field        | value                            | code              |
      | email        | true                             | wrong_type        |
      | email        | an empty string                  | invalid_format    |
      | email        | two emails                       | invalid_format    |
      | email        | an email with a line feed        | control_character |
      | description  | an array                         | wrong_type        |
      | description  | a number                         | wrong_type        |
      | description  | 2,001 characters                 | too_long          |
      | description  | a string with NUL                | control_character |
      | description  | a string with a lone surrogate   | lone_surrogate    |
      | current_goal | an object                        | wrong_type        |
      | current_goal | 501 characters                   | too_long          |
      | current_goal | a string with an escape sequence | control_character |

    Examples: metadata
      | field    | value              | code       |
      | metadata | null               | wrong_type |
      | metadata | an array           | wrong_type |
      | metadata | a number           | wrong_type |
      | metadata | a space            | wrong_type |
      | metadata | an object of 17 kB | too_large  |

    Examples: read-only fields
      | field          | value         | code          |
      | role           | a space       | unknown_field |
      | roles          | an array      | unknown_field |
      | status         | a space       | unknown_field |
      | username       | 51 characters | unknown_field |
      | id             | a space       | unknown_field |
      | email_verified | true          | unknown_field |
      | emailVerified  | true          | unknown_field |
      | password       | 51 characters | unknown_field |
      | password_hash  | a space       | unknown_field |
      | passwordHash   | a space       | unknown_field |
      | blocked_until  | null          | unknown_field |
      | blockedUntil   | null          | unknown_field |
      | deleted_at     | null          | unknown_field |
      | deletedAt      | null          | unknown_field |
      | created_at     | a number      | unknown_field |
      | createdAt      | a number      | unknown_field |
      | updated_at     | a number      | unknown_field |
      | last_login_at  | null          | unknown_field |
      | lastLoginAt    | null          | unknown_field |
      | version        | a number      | unknown_field |
      | currentGoal    | a space       | unknown_field |
      | __proto__      | an object     | unknown_field |
      | constructor    | an object     | unknown_field |

  Scenario: A description of 1 MB is rejected
    Given Ada is logged in
    When Ada changes her description to 1 MB of characters
    Then the request is rejected with 413 payload_too_large
