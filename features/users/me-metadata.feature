Feature: Account metadata

  Scenario Outline: Metadata is stored unchanged
    Given Ada is logged in
    When Ada changes her metadata to <facts>
    Then the account has metadata <facts>

    Examples:
      | facts                                                  |
      | {}                                                     |
      | {"team":"engine","floor":3,"remote":false,"boss":null} |
      | {"a":{"b":{"c":{"d":{}}}}}                             |
      | {"note":"two\u000alines\tand a tab","list":[1,2.5,"x"]} |
      | {"toString":"is a name like any other","":0}           |

  Scenario: New metadata replaces the old
    Given Ada is logged in
    When Ada changes her metadata to {"team":"engine","floor":3}
    And Ada changes her metadata to {"floor":4}
    Then the account has metadata {"floor":4}

  Scenario Outline: Metadata is rejected: <code>
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her metadata to <facts>
    Then the request is rejected with 422 validation_failed: <code> at "<path>"
    And Ada's account is unchanged

    Examples:
      | facts                                        | path                  | code                |
      | {"a":{"b":{"c":{"d":{"e":{}}}}}}             | /metadata/a/b/c/d/e   | too_deep            |
      | {"a":[[[[[]]]]]}                             | /metadata/a/0/0/0/0   | too_deep            |
      | {"n":1e999}                                  | /metadata/n           | number_out_of_range |
      | {"n":9007199254740993}                       | /metadata/n           | number_out_of_range |
      | {"t":"\u0000"}                               | /metadata/t           | control_character   |
      | {"t":"\ud800"}                               | /metadata/t           | lone_surrogate      |
      | {"a\u0000b":1}                               | /metadata/a\u0000b    | control_character   |
      | {"__proto__":{"admin":true}}                 | /metadata/__proto__   | unknown_field       |
      | {"a":{"constructor":{"prototype":{}}}}       | /metadata/a/constructor | unknown_field     |
